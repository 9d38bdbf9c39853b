using System.Data.Common;
using Dapper;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>A link as it is stored; its body is sealed.</summary>
internal sealed record LinkRow
{
    public required string LinkId { get; init; }

    public required long Version { get; init; }

    /// <summary>By which it is found; null once it is over.</summary>
    public byte[]? PathHash { get; init; }

    public required byte[] Body { get; init; }
}

/// <summary>The table of the links that patients gave.</summary>
internal sealed class LinkTable(Database database)
{
    private const string Select = "SELECT link_id, version, path_hash, body FROM health_link";

    /// <summary>A delivery that nobody has been taking for some time: who broke off long ago is no hindrance.</summary>
    private const string IsFree = "patient_id = @patientId AND delivery_id = @deliveryId AND (taken_at IS NULL OR taken_at < @unlessSince)";

    /// <summary>A delivery that is being taken by whoever began at a moment.</summary>
    private const string IsMine = "patient_id = @patientId AND delivery_id = @deliveryId AND taken_at = @mine";

    /// <summary>Whose link has this hash; null for nobody's.</summary>
    internal Task<(string PatientId, string LinkId)?> FindAsync(byte[] pathHash, CancellationToken cancel) => database.ReadAsync(
        async c => (await c.QueryAsync<(string PatientId, string LinkId)>("SELECT patient_id, link_id FROM health_link WHERE path_hash = @pathHash", new { pathHash }))
            .Select(found => ((string, string)?)found).FirstOrDefault(),
        cancel);

    internal Task<LinkRow?> ReadAsync(string patientId, string linkId, CancellationToken cancel) => database.ReadAsync(
        c => c.QuerySingleOrDefaultAsync<LinkRow>($"{Select} WHERE patient_id = @patientId AND link_id = @linkId", new { patientId, linkId }), cancel);

    internal async Task<List<LinkRow>> ListAsync(string patientId, CancellationToken cancel) =>
        (await database.ReadAsync(c => c.QueryAsync<LinkRow>($"{Select} WHERE patient_id = @patientId", new { patientId }), cancel)).AsList();

    /// <summary>Takes the next version of a link that is not over, durably. False when another one was first.</summary>
    internal Task<bool> ChangeAsync(string patientId, LinkRow next, CancellationToken cancel) =>
        database.WriteAsync(t => MoveAsync(t, patientId, next), cancel);

    /// <summary>
    /// Takes the next version of a link that is not over, with what was sent back by it: all of it or nothing. False when the link has changed; null when there is no room in the record.
    /// </summary>
    internal Task<bool?> ReceiveAsync(string patientId, LinkRow next, string deliveryId, long size, byte[] body, IReadOnlyList<byte[]> parts, CancellationToken cancel) => database.WriteAsync<bool?>(
        async t =>
        {
            var connection = t.Connection!;
            if (database.Dialect == Dialect.PostgreSql)
            {
                // What comes by different links at once is counted one after the other.
                await connection.ExecuteAsync("SELECT 1 FROM compartment WHERE patient_id = @patientId FOR UPDATE", new { patientId }, t);
            }

            var (count, bytes) = await connection.QuerySingleAsync<(long, long)>(
                "SELECT COUNT(*), CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM link_delivery WHERE patient_id = @patientId", new { patientId }, t);
            if (count >= LinkDeliverySealing.Most || bytes + size > LinkDeliverySealing.MostBytes)
            {
                return null;
            }

            if (!await MoveAsync(t, patientId, next))
            {
                return false;
            }

            await connection.ExecuteAsync("INSERT INTO link_delivery (patient_id, delivery_id, size, body) VALUES (@patientId, @deliveryId, @size, @body)", new { patientId, deliveryId, size, body }, t);
            foreach (var (number, part) in parts.Index())
            {
                await connection.ExecuteAsync("INSERT INTO link_delivery_part (patient_id, delivery_id, number, body) VALUES (@patientId, @deliveryId, @number, @part)", new { patientId, deliveryId, number, part }, t);
            }

            return true;
        },
        cancel);

    /// <summary>Whether something that was sent back waits.</summary>
    internal Task<bool> HasDeliveryAsync(string patientId, string deliveryId, CancellationToken cancel) => database.ReadAsync(
        c => c.ExecuteScalarAsync<bool>("SELECT EXISTS (SELECT 1 FROM link_delivery WHERE patient_id = @patientId AND delivery_id = @deliveryId)", new { patientId, deliveryId }), cancel);

    internal async Task<List<(string Id, byte[] Body)>> ReadDeliveriesAsync(string patientId, CancellationToken cancel) =>
        (await database.ReadAsync(c => c.QueryAsync<(string, byte[])>("SELECT delivery_id, body FROM link_delivery WHERE patient_id = @patientId", new { patientId }), cancel)).AsList();

    internal async Task<List<byte[]>> ReadDeliveryPartsAsync(string patientId, string deliveryId, CancellationToken cancel) => (await database.ReadAsync(
        c => c.QueryAsync<byte[]>("SELECT body FROM link_delivery_part WHERE patient_id = @patientId AND delivery_id = @deliveryId ORDER BY number", new { patientId, deliveryId }), cancel)).AsList();

    /// <summary>Notes that a delivery is being taken since a moment; false when somebody has been at it since <paramref name="unlessSince"/>, or it is gone.</summary>
    internal Task<bool> BeginTakingAsync(string patientId, string deliveryId, long now, long unlessSince, CancellationToken cancel) => database.WriteAsync(
        async t => await t.Connection!.ExecuteAsync(
            $"UPDATE link_delivery SET taken_at = @now WHERE {IsFree}", new { patientId, deliveryId, now, unlessSince }, t) == 1,
        cancel);

    /// <summary>It waits on, unless somebody else is at it than whoever began at <paramref name="mine"/>.</summary>
    internal Task LetGoAsync(string patientId, string deliveryId, long mine, CancellationToken cancel) => database.WriteAsync(
        t => t.Connection!.ExecuteAsync($"UPDATE link_delivery SET taken_at = NULL WHERE {IsMine}", new { patientId, deliveryId, mine }, t),
        cancel);

    /// <summary>Forgets a delivery; false when somebody has been taking it since <paramref name="unlessSince"/>, or it is gone.</summary>
    internal Task<bool> ForgetDeliveryAsync(string patientId, string deliveryId, long unlessSince, CancellationToken cancel) =>
        ForgetDeliveryAsync(patientId, deliveryId, IsFree, new { patientId, deliveryId, unlessSince }, cancel);

    /// <summary>Forgets a delivery that was taken by whoever began at <paramref name="mine"/>; false when somebody else is at it, or it is gone.</summary>
    internal Task<bool> ForgetTakenAsync(string patientId, string deliveryId, long mine, CancellationToken cancel) =>
        ForgetDeliveryAsync(patientId, deliveryId, IsMine, new { patientId, deliveryId, mine }, cancel);

    private Task<bool> ForgetDeliveryAsync(string patientId, string deliveryId, string which, object values, CancellationToken cancel) => database.WriteAsync(
        async t =>
        {
            if (await t.Connection!.ExecuteAsync($"DELETE FROM link_delivery WHERE {which}", values, t) != 1)
            {
                return false;
            }

            await t.Connection!.ExecuteAsync("DELETE FROM link_delivery_part WHERE patient_id = @patientId AND delivery_id = @deliveryId", new { patientId, deliveryId }, t);
            return true;
        },
        cancel);

    internal static Task AddAsync(DbTransaction transaction, string patientId, LinkRow row) => transaction.Connection!.ExecuteAsync(
        "INSERT INTO health_link (patient_id, link_id, version, path_hash, body) VALUES (@patientId, @LinkId, @Version, @PathHash, @Body)",
        new { patientId, row.LinkId, row.Version, row.PathHash, row.Body },
        transaction);

    /// <summary>Takes the next version of a link that is not over. False when another one was first: then nothing was written.</summary>
    internal static async Task<bool> MoveAsync(DbTransaction transaction, string patientId, LinkRow next) =>
        await transaction.Connection!.ExecuteAsync(
            "UPDATE health_link SET version = @Version, body = @Body WHERE patient_id = @patientId AND link_id = @LinkId AND version = @Version - 1 AND path_hash IS NOT NULL",
            new { patientId, next.LinkId, next.Version, next.Body },
            transaction) == 1;

    /// <summary>
    /// Nothing leads to the link of an agreement any more, if it has one, and what opens it is forgotten: worked out of what stands there in this very transaction, whoever opened it last. One that was changed by somebody
    /// without the key is over all the same.
    /// </summary>
    internal static async Task CloseAsync(DbTransaction transaction, Dialect dialect, PatientId patient, Sealer sealer, string linkId)
    {
        var row = await transaction.Connection!.QuerySingleOrDefaultAsync<LinkRow>(
            $"{Select} WHERE patient_id = @patientId AND link_id = @linkId AND path_hash IS NOT NULL{(dialect == Dialect.PostgreSql ? " FOR UPDATE" : "")}", new { patientId = patient.ToString(), linkId }, transaction);
        if (row is not null)
        {
            var closed = Closed(row, patient, sealer);
            await transaction.Connection!.ExecuteAsync(
                "UPDATE health_link SET path_hash = NULL, version = @Version, body = @Body WHERE patient_id = @patientId AND link_id = @LinkId", new { patientId = patient.ToString(), closed.LinkId, closed.Version, closed.Body }, transaction);
        }
    }

    private static LinkRow Closed(LinkRow row, PatientId patient, Sealer sealer)
    {
        try
        {
            return row with { Version = row.Version + 1, Body = LinkState.Open(patient, sealer, row).Closed().Seal(patient, sealer, LocalId.Parse(row.LinkId), row.Version + 1) };
        }
        catch (SealBrokenException)
        {
            return row;
        }
    }
}
