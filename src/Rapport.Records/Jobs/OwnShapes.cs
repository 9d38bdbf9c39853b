using System.Buffers.Binary;
using Dapper;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>What a patient told about files of one shape, such as what the columns of a table mean, so that it need not be told again.</summary>
/// <param name="Id">Names the shape within the record, in small hexadecimal letters; tells nothing of it.</param>
/// <param name="ToldAt">When it was told last.</param>
/// <param name="Body">What was told; kept sealed.</param>
public sealed record ToldShape(string Id, DateTimeOffset ToldAt, ReadOnlyMemory<byte> Body);

/// <summary>What the patient of one record told about files of one shape. Thread safe.</summary>
public sealed class OwnShapes
{
    /// <summary>How many are kept; what was told longest ago goes first.</summary>
    public const int Most = 100;

    private const int IdLength = 16;

    private readonly RecordServices _services;
    private readonly Compartment _compartment;

    internal OwnShapes(RecordServices services, Compartment compartment) => (_services, _compartment) = (services, compartment);

    /// <summary>The id of a shape.</summary>
    /// <param name="shape">What files of one shape have in common, such as the names of their columns.</param>
    public string IdOf(string shape) => Convert.ToHexStringLower(_services.Keyring.LookupHash("shape", $"{_compartment.IdText}\n{shape}").AsSpan(0, IdLength));

    /// <summary>What was told about a shape; null when nothing was.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<ToldShape?> FindAsync(string id, CancellationToken cancel)
    {
        if (Parse(id) is not { } shape)
        {
            return null;
        }

        var row = await _services.Database.ReadAsync(
            c => c.QuerySingleOrDefaultAsync<ShapeRow>(
                "SELECT told_at, body FROM told_shape WHERE patient_id = @patient AND shape = @shape", new { patient = _compartment.IdText, shape }),
            cancel);
        return row is null ? null : new ToldShape(id, DateTimeOffset.FromUnixTimeMilliseconds(row.ToldAt), _compartment.Sealer.Open(PlaceOf(shape), row.Body));
    }

    /// <summary>Keeps what was told about a shape, instead of what was told before.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task TellAsync(string id, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        var shape = Parse(id) ?? throw new ArgumentException("it is no id of a shape", nameof(id));
        await _services.Database.WriteAsync(
            t => t.Connection!.ExecuteAsync(
                """
                INSERT INTO told_shape (patient_id, shape, told_at, body) VALUES (@patient, @shape, @at, @body)
                ON CONFLICT (patient_id, shape) DO UPDATE SET told_at = excluded.told_at, body = excluded.body;
                DELETE FROM told_shape WHERE patient_id = @patient
                    AND shape NOT IN (SELECT shape FROM told_shape WHERE patient_id = @patient ORDER BY told_at DESC, shape LIMIT @most)
                """,
                new { patient = _compartment.IdText, shape, at = _services.Clock.GetUtcNow().ToUnixTimeMilliseconds(), body = _compartment.Sealer.Seal(PlaceOf(shape), body.Span), most = Most },
                t),
            cancel);
    }

    /// <summary>Forgets what was told about a shape.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task ForgetAsync(string id, CancellationToken cancel) => Parse(id) is not { } shape ? Task.CompletedTask : _services.Database.WriteAsync(
        t => t.Connection!.ExecuteAsync("DELETE FROM told_shape WHERE patient_id = @patient AND shape = @shape", new { patient = _compartment.IdText, shape }, t), cancel);

    private static byte[]? Parse(string id) => id.Length == 2 * IdLength && id.All(char.IsAsciiHexDigitLower) ? Convert.FromHexString(id) : null;

    private Place PlaceOf(byte[] shape) => Place.Of("told_shape", _compartment.Id, BinaryPrimitives.ReadInt64BigEndian(shape));

    private sealed record ShapeRow
    {
        public required long ToldAt { get; init; }

        public required byte[] Body { get; init; }
    }
}
