using Dapper;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>
/// The lists of questions that the patient of one record wrote for visits. Nobody else reads them, whoever acts for the patient neither: they are no entries, so no agreement speaks of them. Thread safe.
/// </summary>
public sealed class OwnVisits
{
    /// <summary>Lists that are kept at a time.</summary>
    public const int Most = 50;

    private const string Select = "SELECT visit_id, version, body FROM prepared_visit WHERE patient_id = @patient";

    private readonly RecordServices _services;
    private readonly Compartment _compartment;

    internal OwnVisits(RecordServices services, Compartment compartment) => (_services, _compartment) = (services, compartment);

    /// <summary>All of them, the one changed last first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="SealBrokenException">What is stored was changed or moved.</exception>
    public async Task<IReadOnlyList<PreparedVisit>> ListAsync(CancellationToken cancel)
    {
        var rows = await _services.Database.ReadAsync(c => c.QueryAsync<VisitRow>(Select, new { patient = _compartment.IdText }), cancel);
        return [.. rows.Select(Open).OrderByDescending(static visit => visit.ChangedAt).ThenBy(static visit => visit.Id)];
    }

    /// <summary>One of them; null when there is none of this id.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="SealBrokenException">What is stored was changed or moved.</exception>
    public async Task<PreparedVisit?> FindAsync(LocalId id, CancellationToken cancel)
    {
        var row = await _services.Database.ReadAsync(
            c => c.QuerySingleOrDefaultAsync<VisitRow>(Select + " AND visit_id = @id", new { patient = _compartment.IdText, id = id.ToString() }), cancel);
        return row is null ? null : Open(row);
    }

    /// <summary>Makes a list. When the task completes it is kept; made again with the same key, it is the same list, as it is by then.</summary>
    /// <param name="once">Tells a repetition.</param>
    /// <param name="plan">What it says.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <returns>It; null when there are <see cref="Most"/> already.</returns>
    /// <exception cref="ArgumentException">It says more than a list may.</exception>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<PreparedVisit?> MakeAsync(string once, VisitPlan plan, CancellationToken cancel)
    {
        Check(plan);
        var now = _services.Clock.GetUtcNow();
        var visit = new PreparedVisit(_services.IdOf("visit", $"{_compartment.IdText}\n{once}"), 1, now, now, plan);
        var row = new { patient = _compartment.IdText, id = visit.Id.ToString(), version = visit.Version, body = visit.Seal(_compartment.Id, _compartment.Sealer) };
        var isMade = await _services.Database.WriteAsync(
            async t =>
            {
                // Comfort, not a rule: two at the same moment may both be the last.
                var count = await t.Connection!.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM prepared_visit WHERE patient_id = @patient", row, t);
                return count < Most
                    && await t.Connection!.ExecuteAsync("INSERT INTO prepared_visit (patient_id, visit_id, version, body) VALUES (@patient, @id, @version, @body) ON CONFLICT (patient_id, visit_id) DO NOTHING", row, t) == 1;
            },
            cancel);
        return isMade ? visit : await FindAsync(visit.Id, cancel);
    }

    /// <summary>Changes a list, unless somebody changed it since it was read. When the task completes it is kept.</summary>
    /// <param name="id">Which.</param>
    /// <param name="version">As it was read.</param>
    /// <param name="plan">What it says from now on.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <returns>It; null when it is not there any more, or was changed meanwhile.</returns>
    /// <exception cref="ArgumentException">It says more than a list may.</exception>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<PreparedVisit?> ChangeAsync(LocalId id, long version, VisitPlan plan, CancellationToken cancel)
    {
        Check(plan);
        if (await FindAsync(id, cancel) is not { } known || known.Version != version)
        {
            return null;
        }

        var next = known with { Version = version + 1, ChangedAt = _services.Clock.GetUtcNow(), Plan = plan };
        var row = new { patient = _compartment.IdText, id = id.ToString(), version, next = next.Version, body = next.Seal(_compartment.Id, _compartment.Sealer) };
        return await _services.Database.WriteAsync(
            t => t.Connection!.ExecuteAsync("UPDATE prepared_visit SET version = @next, body = @body WHERE patient_id = @patient AND visit_id = @id AND version = @version", row, t), cancel) == 1 ? next : null;
    }

    /// <summary>Deletes a list for good; false when there is none of this id.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> RemoveAsync(LocalId id, CancellationToken cancel) => await _services.Database.WriteAsync(
        t => t.Connection!.ExecuteAsync("DELETE FROM prepared_visit WHERE patient_id = @patient AND visit_id = @id", new { patient = _compartment.IdText, id = id.ToString() }, t), cancel) == 1;

    /// <summary>All of them as FHIR, with their ids, for the file that the patient takes along.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="SealBrokenException">What is stored was changed or moved.</exception>
    public async Task<IReadOnlyList<(string Id, byte[] Json)>> ExportAsync(CancellationToken cancel) =>
        [.. (await ListAsync(cancel)).Select(visit => ($"{_compartment.IdText}.{visit.Id}", visit.Write(_compartment.IdText)))];

    private static void Check(VisitPlan plan)
    {
        if (plan.Questions.Count > VisitPlan.MostQuestions || plan.With?.Length > VisitPlan.MostWith || plan.Questions.Any(static question => question.Text.Length is 0 or > VisitPlan.MostText))
        {
            throw new ArgumentException("a list of questions has so many of so many letters at most", nameof(plan));
        }
    }

    private PreparedVisit Open(VisitRow row) => PreparedVisit.Open(_compartment.Id, _compartment.Sealer, row.VisitId, row.Version, row.Body);

    private sealed record VisitRow
    {
        public required string VisitId { get; init; }

        public required long Version { get; init; }

        public required byte[] Body { get; init; }
    }
}
