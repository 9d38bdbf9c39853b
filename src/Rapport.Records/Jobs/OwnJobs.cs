using System.Buffers.Binary;
using Dapper;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>The gatherings of one record that are under way or were, and the files they read. Thread safe.</summary>
public sealed class OwnJobs
{
    private readonly RecordServices _services;
    private readonly Compartment _compartment;

    internal OwnJobs(RecordServices services, Compartment compartment) => (_services, _compartment) = (services, compartment);

    /// <summary>Notes a new one.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<GatheringJob> AddAsync(LocalId id, string node, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        var now = _services.Clock.GetUtcNow();
        var job = new GatheringJob(id, node, GatheringJobState.Waiting, now, now, body);
        await _services.Database.WriteAsync(
            t => t.Connection!.ExecuteAsync(
                "INSERT INTO gathering_job (patient_id, id, node, state, created_at, changed_at, body) VALUES (@patient, @id, @node, @state, @at, @at, @body)",
                new { patient = _compartment.IdText, id = id.ToString(), node, state = (int)job.State, at = now.ToUnixTimeMilliseconds(), body = Seal(id, body) },
                t),
            cancel);
        return job;
    }

    /// <summary>One of them; null when there is none of this id.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<GatheringJob?> FindAsync(LocalId id, CancellationToken cancel)
    {
        var row = await _services.Database.ReadAsync(
            c => c.QuerySingleOrDefaultAsync<JobRow>(JobRow.Select + " AND id = @id", new { patient = _compartment.IdText, id = id.ToString() }), cancel);
        return row is null ? null : Open(row);
    }

    /// <summary>All of them, newest first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<GatheringJob>> ListAsync(CancellationToken cancel)
    {
        var rows = await _services.Database.ReadAsync(
            c => c.QueryAsync<JobRow>(JobRow.Select + " ORDER BY created_at DESC, id", new { patient = _compartment.IdText }), cancel);
        return [.. rows.Select(Open)];
    }

    /// <summary>Moves one on, unless it is no longer as it was known: somebody else may have, on another server.</summary>
    /// <returns>As it is now; null when it was not moved.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<GatheringJob?> ChangeAsync(GatheringJob job, GatheringJobState state, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        var now = _services.Clock.GetUtcNow();
        var at = Math.Max(now.ToUnixTimeMilliseconds(), job.ChangedAt.ToUnixTimeMilliseconds() + 1);
        var changed = await _services.Database.WriteAsync(
            t => t.Connection!.ExecuteAsync(
                """
                UPDATE gathering_job SET state = @state, changed_at = @at, body = @body
                WHERE patient_id = @patient AND id = @id AND state = @before AND changed_at = @changed
                """,
                new
                {
                    patient = _compartment.IdText, id = job.Id.ToString(), state = (int)state, at, body = Seal(job.Id, body),
                    before = (int)job.State, changed = job.ChangedAt.ToUnixTimeMilliseconds(),
                },
                t),
            cancel);
        return changed == 1 ? job with { State = state, ChangedAt = DateTimeOffset.FromUnixTimeMilliseconds(at), Body = body } : null;
    }

    /// <summary>Forgets those that are over and older than this.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task ForgetAsync(DateTimeOffset before, CancellationToken cancel) => _services.Database.WriteAsync(
        t => t.Connection!.ExecuteAsync(
            "DELETE FROM gathering_job WHERE patient_id = @patient AND state = @over AND changed_at < @before",
            new { patient = _compartment.IdText, over = (int)GatheringJobState.Over, before = before.ToUnixTimeMilliseconds() },
            t),
        cancel);

    /// <summary>Lays a file down, sealed under the record's key.</summary>
    /// <param name="id">Whose file it is.</param>
    /// <param name="source">Its bytes.</param>
    /// <param name="target">Where to; nothing of it is in clear.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>How many bytes it has.</returns>
    public Task<long> SealFileAsync(LocalId id, Stream source, Stream target, CancellationToken cancel) =>
        SealedFile.WriteAsync(_compartment.Sealer, n => PlaceOf(id, n), source, target, cancel);

    /// <summary>Reads a file that was laid down, at any place.</summary>
    /// <exception cref="SealBrokenException">On reading: the file was changed or cut off.</exception>
    public Stream OpenFile(LocalId id, Stream sealedFile, long length) => new SealedFile(_compartment.Sealer, n => PlaceOf(id, n), sealedFile, length);

    private Place PlaceOf(LocalId id, int block)
    {
        Span<byte> bytes = stackalloc byte[8];
        id.WriteBytes(bytes);
        return Place.Of("spool", _compartment.Id, BinaryPrimitives.ReadInt64BigEndian(bytes) ^ ((long)block << 32));
    }

    private byte[] Seal(LocalId id, ReadOnlyMemory<byte> body) => _compartment.Sealer.Seal(PlaceOfBody(id), body.Span);

    private Place PlaceOfBody(LocalId id)
    {
        Span<byte> bytes = stackalloc byte[8];
        id.WriteBytes(bytes);
        return Place.Of("gathering_job", _compartment.Id, BinaryPrimitives.ReadInt64BigEndian(bytes));
    }

    private GatheringJob Open(JobRow row)
    {
        var id = LocalId.Parse(row.Id);
        return new GatheringJob(
            id,
            row.Node,
            (GatheringJobState)row.State,
            DateTimeOffset.FromUnixTimeMilliseconds(row.CreatedAt),
            DateTimeOffset.FromUnixTimeMilliseconds(row.ChangedAt),
            _compartment.Sealer.Open(PlaceOfBody(id), row.Body));
    }

    private sealed record JobRow
    {
        internal const string Select = "SELECT id, node, state, created_at, changed_at, body FROM gathering_job WHERE patient_id = @patient";

        public required string Id { get; init; }

        public required string Node { get; init; }

        public required int State { get; init; }

        public required long CreatedAt { get; init; }

        public required long ChangedAt { get; init; }

        public required byte[] Body { get; init; }
    }
}
