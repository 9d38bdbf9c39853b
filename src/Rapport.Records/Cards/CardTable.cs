using System.Data.Common;
using Dapper;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>The tables of the cards that patients made, and of those that were taken back.</summary>
internal sealed class CardTable(Database database)
{
    private const string Select = """
        SELECT c.card_id, c.version, c.kid, c.rid, c.body, CAST(CASE WHEN r.rid IS NULL THEN 0 ELSE 1 END AS BIGINT) AS revoked
        FROM health_card c LEFT JOIN revoked_card r ON r.kid = c.kid AND r.rid = c.rid
        """;

    internal async Task<List<CardRow>> ListAsync(string patientId, CancellationToken cancel) =>
        [.. (await database.ReadAsync(c => c.QueryAsync<Stored>($"{Select} WHERE c.patient_id = @patientId", new { patientId }), cancel)).Select(RowOf)];

    internal async Task<CardRow?> ReadAsync(string patientId, string cardId, CancellationToken cancel) =>
        await database.ReadAsync(c => c.QuerySingleOrDefaultAsync<Stored>($"{Select} WHERE c.patient_id = @patientId AND c.card_id = @cardId", new { patientId, cardId }), cancel) is { } stored ? RowOf(stored) : null;

    /// <summary>Takes the next version of a card, durably.</summary>
    internal Task ChangeAsync(string patientId, CardRow next, CancellationToken cancel) => database.WriteAsync(
        t => t.Connection!.ExecuteAsync(
            "UPDATE health_card SET version = @Version, body = @Body WHERE patient_id = @patientId AND card_id = @CardId AND version = @Version - 1", new { patientId, next.CardId, next.Version, next.Body }, t),
        cancel);

    internal static Task AddAsync(DbTransaction transaction, string patientId, CardRow row) => transaction.Connection!.ExecuteAsync(
        "INSERT INTO health_card (patient_id, card_id, version, kid, rid, body) VALUES (@patientId, @CardId, @Version, @Kid, @Rid, @Body)",
        new { patientId, row.CardId, row.Version, row.Kid, row.Rid, row.Body },
        transaction);

    /// <summary>The card of an agreement that ends stands among those that were taken back from now on, if it has one.</summary>
    internal static Task RevokeAsync(DbTransaction transaction, string patientId, string cardId) => transaction.Connection!.ExecuteAsync(
        "INSERT INTO revoked_card (kid, rid) SELECT kid, rid FROM health_card WHERE patient_id = @patientId AND card_id = @cardId ON CONFLICT DO NOTHING", new { patientId, cardId }, transaction);

    private static CardRow RowOf(Stored stored) => new() { CardId = stored.CardId, Version = stored.Version, Kid = stored.Kid, Rid = stored.Rid, Body = stored.Body, IsRevoked = stored.Revoked == 1 };

    private sealed record Stored
    {
        public required string CardId { get; init; }

        public required long Version { get; init; }

        public required string Kid { get; init; }

        public required string Rid { get; init; }

        public required byte[] Body { get; init; }

        public required long Revoked { get; init; }
    }
}
