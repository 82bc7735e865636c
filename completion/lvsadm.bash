# Completes lvs and lvsadm in bash(1): to be read by a shell that starts, as /etc/bash_completion.d/lvsadm or
# with ". <(lvsadm completion bash)".
_lvsadm() {
  local line=${COMP_LINE:0:COMP_POINT} words current kept answer word
  read -ra words <<<"$line"
  [[ $line != *[[:space:]] ]] || words+=('')
  current=${words[${#words[@]} - 1]}
  # Bash breaks words at these, and replaces only what stands behind the last of them.
  kept=${current%"${current##*[:=]}"}
  COMPREPLY=()
  while IFS=$'\t' read -r word answer; do
    if [[ $word == :files ]]; then
      compopt -o default 2>/dev/null
      return
    fi
    COMPREPLY+=("${word#"$kept"}")
  done < <(lvsadm __complete "${words[@]:1}" 2>/dev/null)
  # An option that ends in = wants its value next.
  [[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != *= ]] || compopt -o nospace 2>/dev/null
}
complete -F _lvsadm lvs lvsadm
