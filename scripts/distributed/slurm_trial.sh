#!/usr/bin/env bash
# slurm_trial.sh [BUILD]: Slurm with three nodes on this host (as root, with Debian's slurmctld, slurmd and munge), the
# array script of docs/jobs.md, a task killed in the middle; the merged result is that of one process, byte for byte.
set -euo pipefail
root=$(realpath "$(dirname "$0")/../..")
build=$(realpath -m "${1:-$root/build/ci}")
rows=${ROWS:-20000}
[ "$(id -u)" -eq 0 ] || { echo 'slurm_trial.sh: slurmd needs root' >&2; exit 1; }
for needed in slurmctld slurmd munged; do
  command -v $needed >/dev/null || { echo "slurm_trial.sh: install slurmctld slurmd munge" >&2; exit 1; }
done

work=$(mktemp -d)
cleanup() {
  pkill -f "slurmd -f $work" || true
  pkill -f "slurmctld -f $work" || true
  pkill -F "$work/munge.pid" 2>/dev/null || true
  sleep 1
  rm -rf "$work"
}
trap cleanup EXIT
export SLURM_CONF=$work/slurm.conf PATH=$build:$PATH

# A cluster: one controller, three nodes that differ by their ports.
host=$(hostname -s)
cat >"$work/slurm.conf" <<CONF
ClusterName=trial
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge.socket
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool.%n
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.%n.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.%n.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
ReturnToService=2
SlurmctldPort=16817
MpiDefault=none
KillWait=5
NodeName=n[1-3] NodeHostname=$host NodeAddr=127.0.0.1 Port=[17001-17003] CPUs=1 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
mkdir -p "$work/state" "$work/munge"
dd if=/dev/urandom of="$work/munge/key" bs=1024 count=1 status=none
chmod 700 "$work/munge" && chmod 400 "$work/munge/key"
munged --key-file="$work/munge/key" --socket="$work/munge.socket" --pid-file="$work/munge.pid" \
  --log-file="$work/munge/log" --seed-file="$work/munge/seed" --force
slurmctld -f "$work/slurm.conf" -i
for node in n1 n2 n3; do mkdir -p "$work/spool.$node" && slurmd -f "$work/slurm.conf" -N $node; done
for _ in $(seq 60); do [ "$(sinfo -h -t idle -o %D)" = 3 ] && break || sleep 0.5; done
sinfo

# The rows, and what one process says of them.
python3 - "$work/pairs.jsonl" "$rows" <<'PY'
import json, random, sys
draw = random.Random(1)
with open(sys.argv[1], "w") as file:
    for number in range(int(sys.argv[2])):
        a, b = draw.randrange(100), draw.randrange(100)
        row = {"id": f"row-{number}", "question": f"What is {a} + {b}?", "response1": str(a + b), "response2": str(a + b + 1)}
        if draw.random() < 0.01:
            del row["response2"]
        file.write(json.dumps(row) + "\n")
PY
gram-cpu score --model demo --threads 1 --input "$work/pairs.jsonl" --output "$work/whole.jsonl" 2>/dev/null || [ $? -eq 3 ]

# The script of docs/jobs.md, with other paths and fewer tasks.
sed -n '/^### Slurm/,/^### /p' "$root/docs/jobs.md" | sed -n '/^```bash/,/^```/p' | sed '1d;$d' |
  sed -e 's/1-16/1-6/; s|"/16"|/6|; s|/16"|/6"|; s/cpus-per-task=32/cpus-per-task=1/; s|/models/gram.gram|demo|' \
    -e "s|/data/pairs-\*.jsonl.gz|$work/pairs.jsonl|; s|/results/|$work/|" -e 's/--time=24:00:00/--time=10/' >"$work/array.sh"
grep -q 'array=1-6' "$work/array.sh" && grep -q '_TASK_ID/6"' "$work/array.sh"
cd "$work"
job=$(sbatch --parsable array.sh)
echo "array job $job"

killed=0
for _ in $(seq 600); do
  [ -n "$(squeue -h -j "$job" 2>/dev/null)" ] || break
  if [ $killed -lt 2 ] && victim=$(pgrep -f "gram-cpu score --model demo --input '?$work/.*--shard" | shuf -n 1) && [ -n "$victim" ]; then
    sleep 1.5
    kill -9 "$victim" 2>/dev/null && killed=$((killed + 1)) && echo "killed process $victim"
  fi
  sleep 0.5
done
[ $killed -gt 0 ] || { echo 'no task was killed: too few rows' >&2; exit 1; }

# A task that was killed ends with an error; submitting the script again is always safe.
job=$(sbatch --parsable --wait array.sh) || true
echo "submitted again as $job"
gram-cpu merge --output "$work/merged.jsonl" "$work"/verdicts.*.jsonl.gz || [ $? -eq 3 ]
cmp "$work/merged.jsonl" "$work/whole.jsonl"
echo "slurm $(slurmctld -V | cut -d' ' -f2): $(wc -l <"$work/merged.jsonl") rows, the bytes of one process"
