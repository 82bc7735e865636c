# Completes lvs and lvsadm in fish(1): as a file of completions, or read with "lvsadm completion fish | source".
function __lvsadm_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l answer (lvsadm __complete $words[2..-1] 2>/dev/null)
    if test "$answer" = ':files'
        __fish_complete_path (commandline -ct)
    else
        printf '%s\n' $answer
    end
end
complete -c lvs -f -a '(__lvsadm_complete)'
complete -c lvsadm -f -a '(__lvsadm_complete)'
