using System.Threading.Channels;
using Rapport.Data;

namespace Rapport.Server.Jobs;

/// <summary>
/// Jobs that wait for a worker. Whoever has none under way comes first, else whoever came first: the many files of one person hold up nobody else for longer
/// than one of them takes. Thread safe.
/// </summary>
internal sealed class JobTurns
{
    private readonly Lock _lock = new();

    // One for each that waits.
    private readonly Channel<bool> _any = Channel.CreateUnbounded<bool>();
    private readonly List<(PatientId Patient, LocalId Job)> _waiting = [];
    private readonly List<PatientId> _underWay = [];

    /// <summary>Lets a job wait.</summary>
    public void Add(PatientId patient, LocalId job)
    {
        lock (_lock)
        {
            _waiting.Add((patient, job));
        }

        _any.Writer.TryWrite(true);
    }

    /// <summary>Waits for a job whose turn it is. <see cref="End"/> MUST be called once it is done.</summary>
    public async Task<(PatientId Patient, LocalId Job)> TakeAsync(CancellationToken cancel)
    {
        await _any.Reader.ReadAsync(cancel);
        lock (_lock)
        {
            var index = Math.Max(0, _waiting.FindIndex(job => !_underWay.Contains(job.Patient)));
            var next = _waiting[index];
            _waiting.RemoveAt(index);
            _underWay.Add(next.Patient);
            return next;
        }
    }

    /// <summary>Says that a job of somebody is no longer under way.</summary>
    public void End(PatientId patient)
    {
        lock (_lock)
        {
            _underWay.Remove(patient);
        }
    }
}
