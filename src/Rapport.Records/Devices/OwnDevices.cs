using System.Buffers.Binary;
using Dapper;
using Rapport.Data;

namespace Rapport.Records;

/// <summary>A device that sends measurements as it makes them.</summary>
/// <param name="Id">Its id within the record.</param>
/// <param name="Version">Counts every change of it and of what waits.</param>
/// <param name="Source">The source that its entries come from; 0 before there are any.</param>
/// <param name="FoldsAt">When what waits is to be made part of the entries; null when nothing waits.</param>
/// <param name="Body">What the server notes about it; kept sealed.</param>
public sealed record LiveDevice(LocalId Id, long Version, long Source, DateTimeOffset? FoldsAt, ReadOnlyMemory<byte> Body);

/// <summary>A block of what a device sent that no entry has yet.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Body">What was sent; kept sealed.</param>
public readonly record struct LiveBlock(int Number, ReadOnlyMemory<byte> Body);

/// <summary>With a gathering: what waited of a device is part of it, all in one step.</summary>
/// <param name="Device">The device as it was known: the gathering fails when it has changed since.</param>
/// <param name="Body">What is noted about it from then on.</param>
public sealed record LiveFold(LiveDevice Device, ReadOnlyMemory<byte> Body);

/// <summary>
/// The devices of one record, and what they sent that no entry has yet. That waits beside the record, so that a measurement every second does not write a month anew each time; it is the
/// patient's alone to see until it is part of the entries. Thread safe.
/// </summary>
public sealed class OwnDevices
{
    private readonly RecordServices _services;
    private readonly Compartment _compartment;

    internal OwnDevices(RecordServices services, Compartment compartment) => (_services, _compartment) = (services, compartment);

    /// <summary>
    /// Waits until nobody else on this node changes a device of this record, and keeps others waiting until it is disposed of. Comfort: what is changed is right without it, but many who send at
    /// once would do their work in vain.
    /// </summary>
    public async Task<IDisposable> TakeTurnAsync(CancellationToken cancel)
    {
        await _compartment.ChangingDevices.WaitAsync(cancel);
        return new Turn(_compartment.ChangingDevices);
    }

    /// <summary>Notes a new one.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task AddAsync(LocalId id, ReadOnlyMemory<byte> body, CancellationToken cancel) => _services.Database.WriteAsync(
        t => t.Connection!.ExecuteAsync(
            "INSERT INTO live_device (patient_id, device_id, version, source, body) VALUES (@patient, @id, 1, 0, @body)",
            new { patient = _compartment.IdText, id = id.ToString(), body = Seal(id, body) },
            t),
        cancel);

    /// <summary>One of them; null when there is none of this id.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<LiveDevice?> FindAsync(LocalId id, CancellationToken cancel)
    {
        var row = await _services.Database.ReadAsync(
            c => c.QuerySingleOrDefaultAsync<DeviceRow>(DeviceRow.Select + " AND device_id = @id", new { patient = _compartment.IdText, id = id.ToString() }), cancel);
        return row is null ? null : Open(row);
    }

    /// <summary>All of them.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<LiveDevice>> ListAsync(CancellationToken cancel)
    {
        var rows = await _services.Database.ReadAsync(c => c.QueryAsync<DeviceRow>(DeviceRow.Select + " ORDER BY device_id", new { patient = _compartment.IdText }), cancel);
        return [.. rows.Select(Open)];
    }

    /// <summary>What waits of a device, in order.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    /// <exception cref="SealBrokenException">A block was changed or moved.</exception>
    public async Task<IReadOnlyList<LiveBlock>> ReadWaitingAsync(LocalId id, CancellationToken cancel)
    {
        var rows = await _services.Database.ReadAsync(
            c => c.QueryAsync<(int Number, byte[] Body)>(
                "SELECT number, body FROM live_block WHERE patient_id = @patient AND device_id = @id ORDER BY number", new { patient = _compartment.IdText, id = id.ToString() }),
            cancel);
        return [.. rows.Select(row => new LiveBlock(row.Number, _compartment.Sealer.Open(PlaceOf(id, row.Number), row.Body)))];
    }

    /// <summary>Notes something about a device, and what it sent, durably; unless it is no longer as it was known.</summary>
    /// <param name="device">As it was known.</param>
    /// <param name="body">What is noted about it from now on.</param>
    /// <param name="block">A block that is new, or takes the place of the one of its number; null for none.</param>
    /// <param name="foldsAt">When what waits is to be made part of the entries.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <returns>Whether it was changed.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> ChangeAsync(LiveDevice device, ReadOnlyMemory<byte> body, LiveBlock? block, DateTimeOffset? foldsAt, CancellationToken cancel)
    {
        var sealedBody = Seal(device.Id, body);
        var sealedBlock = block is { } plain ? _compartment.Sealer.Seal(PlaceOf(device.Id, plain.Number), plain.Body.Span) : null;
        return _services.Database.WriteAsync(
            async t =>
            {
                var key = new { patient = _compartment.IdText, id = device.Id.ToString(), version = device.Version, body = sealedBody, foldsAt = foldsAt?.ToUnixTimeMilliseconds(), number = block?.Number ?? 0, block = sealedBlock };
                var changed = await t.Connection!.ExecuteAsync(
                    "UPDATE live_device SET version = version + 1, body = @body, folds_at = @foldsAt WHERE patient_id = @patient AND device_id = @id AND version = @version", key, t);
                if (changed == 1 && sealedBlock is not null)
                {
                    await t.Connection!.ExecuteAsync(
                        """
                        INSERT INTO live_block (patient_id, device_id, number, body) VALUES (@patient, @id, @number, @block)
                        ON CONFLICT (patient_id, device_id, number) DO UPDATE SET body = excluded.body
                        """,
                        key,
                        t);
                }

                return changed == 1;
            },
            cancel);
    }

    /// <summary>Forgets what waits, because the entries have all of it; unless the device is no longer as it was known.</summary>
    /// <returns>Whether it was forgotten.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> ForgetWaitingAsync(LiveFold fold, CancellationToken cancel) => _services.Database.WriteAsync(
        t => LiveDeviceTable.FoldAsync(t, _compartment.IdText, RowOf(fold, fold.Device.Source)), cancel);

    internal FoldRow RowOf(LiveFold fold, long source) =>
        new() { DeviceId = fold.Device.Id.ToString(), Version = fold.Device.Version, Source = source, Body = Seal(fold.Device.Id, fold.Body) };

    private byte[] Seal(LocalId id, ReadOnlyMemory<byte> body) => _compartment.Sealer.Seal(PlaceOf(id), body.Span);

    private Place PlaceOf(LocalId id) => Place.Of("live_device", _compartment.Id, NumberOf(id));

    private Place PlaceOf(LocalId id, int block) => Place.Of("live_block", _compartment.Id, NumberOf(id) ^ ((long)block << 32));

    private static long NumberOf(LocalId id)
    {
        Span<byte> bytes = stackalloc byte[8];
        id.WriteBytes(bytes);
        return BinaryPrimitives.ReadInt64BigEndian(bytes);
    }

    private LiveDevice Open(DeviceRow row)
    {
        var id = LocalId.Parse(row.DeviceId);
        return new LiveDevice(
            id, row.Version, row.Source, row.FoldsAt is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null, _compartment.Sealer.Open(PlaceOf(id), row.Body));
    }

    private sealed class Turn(SemaphoreSlim held) : IDisposable
    {
        public void Dispose() => held.Release();
    }

    private sealed record DeviceRow
    {
        internal const string Select = "SELECT device_id, version, source, folds_at, body FROM live_device WHERE patient_id = @patient";

        public required string DeviceId { get; init; }

        public required long Version { get; init; }

        public required long Source { get; init; }

        public long? FoldsAt { get; init; }

        public required byte[] Body { get; init; }
    }
}
