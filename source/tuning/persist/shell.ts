/*
The part of the script that is always the same: POSIX sh and what every distribution has. Nothing that it is handed becomes
part of a line that a shell reads.
*/
export const shellFunctions =
	String.raw`# shellcheck disable=SC2317,SC2329 # functions are called by the number of their device, and no machine needs all of them
set -u
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL
problems=0

say() {
	echo "nbtop-persist: $*" >&2
	problems=1
}

show() {
	cat "$1" 2>/dev/null
}

driver_of() { # DEVICE
	if [ -e "/sys/class/net/$1/device/driver" ]; then
		basename "$(readlink "/sys/class/net/$1/device/driver")"
	elif grep -q '^DEVTYPE=' "/sys/class/net/$1/uevent" 2>/dev/null; then
		sed -n 's/^DEVTYPE=//p' "/sys/class/net/$1/uevent"
	elif [ -e "/sys/class/net/$1/tun_flags" ]; then
		echo tun
	fi
}

# The device of that name, or while there is none the one with its address, or with its master.
is_device() { # DEVICE NAME ADDRESS DRIVER MASTER
	[ -e "/sys/class/net/$1" ] || return 1
	[ -z "$4" ] || [ "$(driver_of "$1")" = "$4" ] || return 1
	[ "$1" != "$2" ] || return 0
	[ ! -e "/sys/class/net/$2" ] || return 1
	if [ -n "$3" ] && [ "$(show "/sys/class/net/$1/address")" = "$3" ]; then
		return 0
	fi
	[ -n "$5" ] && [ "$(basename "$(readlink "/sys/class/net/$1/master")")" = "$5" ]
}

# What is so already is not written.
put() { # FILE VALUE
	[ "$(show "$1")" != "$2" ] || return 0
	{ echo "$2" >"$1"; } 2>/dev/null || say "$1 is $(show "$1") and does not take $2"
}

# A device that is just coming up may not take a value yet.
put_patiently() { # FILE VALUE
	left=60
	while [ "$left" -gt 0 ]; do
		[ "$(show "$1")" != "$2" ] || return 0
		{ echo "$2" >"$1"; } 2>/dev/null || sleep 1
		left=$((left - 1))
	done
	say "$1 is $(show "$1") and does not take $2"
}

wait_until_up() { # DEVICE
	left=60
	while [ "$left" -gt 0 ]; do
		flags=$(show "/sys/class/net/$1/flags")
		[ $((\${flags:-0} & 1)) -eq 0 ] || return 0
		left=$((left - 1))
		sleep 1
	done
	say "$1 did not come up within a minute"
}

count_of() { # SHOW DEVICE LABEL maximum|current
	ethtool "$1" "$2" 2>/dev/null | awk -F: -v label="$3" -v part="$4" '
		/^Pre-set/ { now = "maximum" }
		/^Current/ { now = "current" }
		now == part && tolower($1) == label { gsub(/[ \t]/, "", $2); print $2; exit }'
}

# Queues and rings: never fewer than there are, never more than there can be.
raise() { # SHOW SET DEVICE WORD LABEL NUMBER
	now=$(count_of "$1" "$3" "$5" current)
	most=$(count_of "$1" "$3" "$5" maximum)
	case $now$most in
	'' | *[!0-9]*) say "$3 does not tell its $5 ($1)"; return ;;
	esac
	target=$6
	[ "$target" -le "$most" ] || target=$most
	[ "$now" -ge "$target" ] || ethtool "$2" "$3" "$4" "$target" || say "$3 keeps $now $5 ($2 $target)"
}

set_hash() { # DEVICE FLOW FIELDS
	now=$(ethtool -n "$1" rx-flow-hash "$2" 2>/dev/null | awk '
		/^IP SA/ { printf "s" }
		/^IP DA/ { printf "d" }
		/^L4 bytes 0/ { printf "f" }
		/^L4 bytes 2/ { printf "n" }')
	[ "$now" = "$3" ] || ethtool -N "$1" rx-flow-hash "$2" "$3" || say "$1 keeps hashing $now for $2"
}

irqs_of() { # DEVICE
	for folder in "/sys/class/net/$1/device/msi_irqs" "/sys/class/net/$1/device/../msi_irqs"; do
		if [ -d "$folder" ]; then
			ls "$folder"
			return
		fi
	done
	show "/sys/class/net/$1/device/irq"
}

# irqbalance asks for every interrupt of the machine, and there may be hundreds of devices: no program runs for one without it.
has_irq() { # DEVICE IRQ
	for folder in "/sys/class/net/$1/device/msi_irqs" "/sys/class/net/$1/device/../msi_irqs"; do
		if [ -d "$folder" ]; then
			[ -e "$folder/$2" ]
			return
		fi
	done
	[ -e "/sys/class/net/$1/device/irq" ] && [ "$(show "/sys/class/net/$1/device/irq")" = "$2" ]
}

# An interrupt's name without the numbers that a restart may change.
key_of() { # ACTION DEVICE
	action=\${1%@pci:*}
	case $action in
	virtio[0-9]*-*) echo "virtio-\${action#virtio*-}" ;;
	"$2"-*) echo "DEVICE-\${action#"$2"-}" ;;
	*) echo "$action" ;;
	esac
}

# Each interrupt goes where cpus_N says; those of which it says nothing stay where they are.
set_affinities() { # DEVICE N
	for irq in $(irqs_of "$1"); do
		cpus=$("cpus_$2" "$(key_of "$(show "/sys/kernel/irq/$irq/actions")" "$1")")
		[ -z "$cpus" ] || put "/proc/irq/$irq/smp_affinity_list" "$cpus"
	done
}

# default_qdisc reaches only what is set up later: the kernel is made to set up its own choice anew.
set_qdisc() { # DEVICE KIND
	qdiscs=$(tc qdisc show dev "$1" | grep -v ' parent ffff:')
	if echo "$qdiscs" | grep -q '^qdisc [^ ]* [^0]'; then
		say "the qdisc of $1 was set up by somebody else"
		return
	fi
	echo "$qdiscs" | grep -v -e '^qdisc mq ' -e "^qdisc $2 " | grep -q . || return 0
	before=$(show /proc/sys/net/core/default_qdisc)
	put /proc/sys/net/core/default_qdisc "$2"
	root=$2
	[ ! -d "/sys/class/net/$1/queues/tx-1" ] || root=mq
	if tc qdisc replace dev "$1" root "$root"; then
		tc qdisc delete dev "$1" root
	else
		say "$1 keeps its qdisc"
	fi
	put /proc/sys/net/core/default_qdisc "$before"
}
`.replaceAll('\\${', '${');
