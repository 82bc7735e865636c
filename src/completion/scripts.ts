/*
 * They ask for `lvsadm`, whatever the program is called by: `lvs` may be LVM's.
 */

const bash = `# Completion for lvs and lvsadm in bash. Written by "lvs completion bash".
_lvsadm() {
  local line=\${COMP_LINE:0:COMP_POINT} current lines
  local -a words
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  current=\${words[-1]}
  mapfile -t lines < <(lvsadm complete -- "\${words[@]:1}" 2>/dev/null)
  COMPREPLY=()
  if [[ \${lines[0]-} == :files ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}")
    return
  fi
  COMPREPLY=("\${lines[@]%%$'\\t'*}")
  # bash takes a colon for the end of a word, and completes what is behind it.
  if [[ $current == *:* && $COMP_WORDBREAKS == *:* ]]; then
    COMPREPLY=("\${COMPREPLY[@]#"\${current%"\${current##*:}"}"}")
  fi
}
complete -F _lvsadm lvs lvsadm
`;

const zsh = `#compdef lvs lvsadm
# Completion for lvs and lvsadm in zsh. Written by "lvs completion zsh".
local -a lines candidates
local line
lines=("\${(@f)$(lvsadm complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
if [[ \${lines[1]} == :files ]]; then
  _files
  return
fi
for line in $lines; do
  # _describe takes a colon for the beginning of the description.
  candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
done
_describe -V lvs candidates
`;

const fish = `# Completion for lvs and lvsadm in fish. Written by "lvs completion fish".
function __lvsadm_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l lines (lvsadm complete -- $words[2..-1] 2>/dev/null)
  if test "$lines[1]" = :files
    __fish_complete_path (commandline -ct)
  else
    printf '%s\\n' $lines
  end
end
for program in lvs lvsadm
  complete -c $program -f -a '(__lvsadm_complete)'
end
`;

/** What makes a shell complete the command line of lvs. */
export const completionScripts = { bash, zsh, fish } as const;
