using Dapper;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>Somebody who looked at a record; the name they knew it by is sealed.</summary>
internal sealed record LookerRow
{
    public required string PatientId { get; init; }

    public required byte[] Looker { get; init; }

    public required long LookedAt { get; init; }

    public required byte[] Body { get; init; }
}

/// <summary>The table of who looked at which record.</summary>
internal sealed class LookerTable(Database database)
{
    // Where several write at once, an erasure waits until the note is in, and takes it along; or the note waits, and finds nothing to stand beside.
    private readonly string _held = database.Dialect == Dialect.PostgreSql ? " FOR SHARE" : "";

    /// <summary>Notes that somebody looked, later than was noted before; not at a record that is erased, of which nothing is kept.</summary>
    internal Task NoteAsync(LookerRow row, CancellationToken cancel) => database.WriteAsync(
        t => t.Connection!.ExecuteAsync(
            $"""
            INSERT INTO looker (patient_id, looker, looked_at, body)
            SELECT @PatientId, @Looker, @LookedAt, @Body WHERE EXISTS (SELECT 1 FROM compartment WHERE patient_id = @PatientId AND LENGTH(data_key) > 0{_held})
            ON CONFLICT (patient_id, looker) DO UPDATE SET looked_at = excluded.looked_at, body = excluded.body WHERE looker.looked_at < excluded.looked_at
            """,
            row,
            t),
        cancel);

    /// <summary>When it was noted last that somebody looked at a record; null when it never was.</summary>
    internal Task<long?> ReadAsync(string patientId, byte[] looker, CancellationToken cancel) => database.ReadAsync(
        c => c.QuerySingleOrDefaultAsync<long?>("SELECT looked_at FROM looker WHERE patient_id = @patientId AND looker = @looker", new { patientId, looker }), cancel);

    /// <summary>The records that somebody looked at since, those they looked at last first.</summary>
    internal async Task<List<LookerRow>> ListAsync(byte[] looker, long since, int most, CancellationToken cancel) => (await database.ReadAsync(
        c => c.QueryAsync<LookerRow>(
            "SELECT patient_id, looker, looked_at, body FROM looker WHERE looker = @looker AND looked_at >= @since ORDER BY looked_at DESC, patient_id LIMIT @most",
            new { looker, since, most }),
        cancel)).AsList();
}
