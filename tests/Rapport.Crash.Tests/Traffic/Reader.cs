using System.Diagnostics;
using System.Net;

namespace Rapport.Crash.Tests;

/// <summary>
/// One recipient who reads one patient's observations for one purpose, one request after the other: so of what the ledger tells about this
/// recipient and purpose, each entry belongs to exactly one request.
/// </summary>
internal sealed class Reader(Sharing sharing, string purpose, string observation)
{
    private readonly List<Attempt> _attempts = [];

    public Sharing Sharing => sharing;

    public string Purpose => purpose;

    public string Observation => observation;

    public IReadOnlyList<Attempt> Attempts => _attempts;

    /// <summary>Asks once, for one observation by its id or for a page of them; the status, null when no answer came.</summary>
    public async Task<HttpStatusCode?> AskAsync(Api api, bool byId)
    {
        var path = byId ? "Observation/" + observation : $"Observation?patient={sharing.Patient.Patient}&_count=5";
        var (began, at) = (Stopwatch.GetTimestamp(), TimeProvider.System.GetUtcNow());
        var (status, body) = await api.ReadAsync(sharing.Recipient, path, purpose);

        // An empty search is the same answer as a read of what does not exist.
        var seen = status == HttpStatusCode.OK && !byId && body.Contains("\"total\":0", StringComparison.Ordinal) ? HttpStatusCode.NotFound : status;
        _attempts.Add(new(seen, began, Stopwatch.GetTimestamp(), at, TimeProvider.System.GetUtcNow()));
        return seen;
    }

    /// <summary>Forgets what was asked so far: it has been checked.</summary>
    public void Forget() => _attempts.Clear();
}

/// <summary>One request and its answer. The first two moments are of the monotonic clock, the others of the clock that the ledger goes by.</summary>
internal readonly record struct Attempt(HttpStatusCode? Status, long Began, long Ended, DateTimeOffset BeganAt, DateTimeOffset EndedAt);
