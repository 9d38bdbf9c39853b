using Dapper;
using Rapport.Data;
using Rapport.Records;

namespace Rapport.Conversations;

/// <summary>What people report of conversations, and what was done. Who may look at which is for the caller to know. Thread safe.</summary>
public sealed class ReportDesk
{
    /// <summary>The most that one person reports in a day.</summary>
    public const int MostADay = 10;

    private const int MostAtOnce = 500;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly Database _database;
    private readonly Keyring _keyring;
    private readonly ConversationStore _store;
    private readonly TimeProvider _clock;

    /// <param name="database">The database, with this module's schema.</param>
    /// <param name="keyring">What seals.</param>
    /// <param name="records">The keys of records.</param>
    /// <param name="clock">The one clock.</param>
    public ReportDesk(Database database, Keyring keyring, RecordKeys records, TimeProvider clock) =>
        (_database, _keyring, _store, _clock) = (database, keyring, new ConversationStore(database, keyring, new ConversationKeys(records)), clock);

    /// <summary>Told why a report is left out that does not open: it was changed at rest. Quick, and throws nothing.</summary>
    public Action<Exception>? FindsDamage { get => _store.Damage.Found; set => _store.Damage.Found = value; }

    /// <summary>Stores one; false when they reported as much as one may in a day.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> AddAsync(TalkView view, Report report, CancellationToken cancel)
    {
        var (reporter, now) = (ReporterHash(report.By), _clock.GetUtcNow());
        return _database.WriteTogetherAsync(
            async t =>
            {
                if (await t.Connection!.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM conversation_report WHERE reporter = @reporter AND written_at > @since", new { reporter, since = (now - Day).ToUnixTimeMilliseconds() }, t) >= MostADay)
                {
                    return false;
                }

                await t.Connection!.ExecuteAsync(
                    "INSERT INTO conversation_report (report_id, queue, reporter, version, seat, body, written_at) VALUES (@id, @queue, @reporter, 1, @seat, @body, @at)",
                    new
                    {
                        id = report.Id,
                        queue = QueueHash(report.Organisation),
                        reporter,
                        seat = _keyring.Installation.Seal(PlaceOf("report-seat", report.Id, 0), new Seated(view.Id, view.Patient), SealedTalk.Json.Seated),
                        body = view.Stored.Key.Seal(PlaceOf("report", report.Id, 1), report, SealedTalk.Json.Report),
                        at = now.ToUnixTimeMilliseconds(),
                    },
                    t);
                return true;
            },
            cancel);
    }

    /// <summary>What somebody reported, newest first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<Report>> OfReporterAsync(PersonId person, CancellationToken cancel) => [.. (await ReadAsync("reporter = @hash", new { hash = ReporterHash(person) }, cancel)).Select(static read => read.Report)];

    /// <summary>What waits for an organisation, or for whoever runs the server, and what they answered; newest first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<Report>> OfQueueAsync(string? organisation, CancellationToken cancel) => [.. (await ReadAsync("queue = @hash", new { hash = QueueHash(organisation) }, cancel)).Select(static read => read.Report)];

    /// <summary>One of a queue; null where there is none of this id.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<Report?> FindAsync(string? organisation, string id, CancellationToken cancel) => (await FindInQueueAsync(organisation, id, cancel))?.Report;

    /// <summary>Answers one of a queue; false where there is none of this id that nobody answered.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> AnswerAsync(string? organisation, string id, ReportOutcome outcome, string? answer, CancellationToken cancel)
    {
        if (await FindInQueueAsync(organisation, id, cancel) is not { Report.Outcome: null } found)
        {
            return false;
        }

        var answered = found.Report with { Outcome = outcome, Answer = answer, AnsweredAt = _clock.GetUtcNow() };
        return await _database.WriteTogetherAsync(
            t => t.Connection!.ExecuteAsync(
                "UPDATE conversation_report SET version = @next, body = @body WHERE report_id = @id AND version = @version",
                new { id, version = found.Version, next = found.Version + 1, body = found.Key.Seal(PlaceOf("report", id, found.Version + 1), answered, SealedTalk.Json.Report) },
                t),
            cancel) == 1;
    }

    /// <summary>Deletes reports of conversations that are no more: nothing of them can be opened.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task ForgetGoneAsync(CancellationToken cancel)
    {
        var after = "";
        List<(string Id, byte[] Seat)> page;
        do
        {
            page = (await _database.ReadAsync(
                c => c.QueryAsync<(string, byte[])>("SELECT report_id, seat FROM conversation_report WHERE report_id > @after ORDER BY report_id LIMIT @most", new { after, most = MostAtOnce }), cancel)).AsList();
            var seats = page.Select(row => (row.Id, Of: SeatedBy(row.Id, row.Seat)?.Conversation.ToString())).Where(static row => row.Of is not null).ToList();
            var there = (await _database.ReadAsync(
                c => c.QueryAmongAsync<string>(_database.Dialect, "SELECT conversation_id FROM conversation WHERE conversation_id", seats.Select(static row => row.Of!).Distinct().ToList()), cancel)).ToHashSet();
            foreach (var (id, _) in seats.Where(row => !there.Contains(row.Of!)))
            {
                await _database.WriteTogetherAsync(t => t.Connection!.ExecuteAsync("DELETE FROM conversation_report WHERE report_id = @id", new { id }, t), cancel);
            }

            after = page.Count == 0 ? after : page[^1].Id;
        }
        while (page.Count == MostAtOnce);
    }

    private async Task<Read?> FindInQueueAsync(string? organisation, string id, CancellationToken cancel) => !LocalId.TryParse(id, out _) ? null
        : (await ReadAsync("report_id = @id AND queue = @hash", new { id, hash = QueueHash(organisation) }, cancel)).SingleOrDefault();

    /// <summary>What opens: of a patient whose record is erased, and of a conversation that went, nothing does. What is damaged is left out.</summary>
    private async Task<IReadOnlyList<Read>> ReadAsync(string which, object values, CancellationToken cancel)
    {
        var rows = (await _database.ReadAsync(
            c => c.QueryAsync<(string Id, long Version, byte[] Seat, byte[] Body)>($"SELECT report_id, version, seat, body FROM conversation_report WHERE {which} ORDER BY written_at DESC, report_id", values), cancel)).ToList();
        var seats = rows.Select(row => (row.Id, Seated: SeatedBy(row.Id, row.Seat))).Where(static row => row.Seated is not null).ToDictionary(static row => row.Id, static row => row.Seated!);
        var keys = (await _store.OpenAsync(seats.Values.Distinct().ToDictionary(static seated => seated.Conversation.ToString()), e => FindsDamage?.Invoke(e), cancel)).ToDictionary(static stored => stored.Id, static stored => stored.Key);
        return [.. from row in rows
                   let key = seats.TryGetValue(row.Id, out var seated) ? keys.GetValueOrDefault(seated.Conversation) : null
                   where key is not null
                   let report = _store.Damage.Sound(() => key.Open(PlaceOf("report", row.Id, row.Version), row.Body, SealedTalk.Json.Report))
                   where report is not null
                   select new Read(report, row.Version, key)];
    }

    private Seated? SeatedBy(string id, byte[] seat) => _store.Damage.Sound(() => _keyring.Installation.Open(PlaceOf("report-seat", id, 0), seat, SealedTalk.Json.Seated));

    private byte[] ReporterHash(PersonId person) => _keyring.LookupHash("report-reporter", person.ToString());

    private byte[] QueueHash(string? organisation) => _keyring.LookupHash("report-queue", organisation ?? "operator");

    private Place PlaceOf(string table, string id, long version) => SealedTalk.PlaceOf(table, _keyring.LookupHash("report-place", id), version);

    private sealed record Read(Report Report, long Version, Sealer Key);
}
