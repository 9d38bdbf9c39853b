using Rapport.Data;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>What became of a batch.</summary>
/// <param name="Taken">Points that are new.</param>
/// <param name="Known">Points that were there already.</param>
/// <param name="Faults">Why nothing was taken; empty when it was.</param>
public sealed record DeviceAnswer(int Taken, int Known, IReadOnlyList<DeviceFault> Faults)
{
    /// <summary>It was refused for today: the device sent too many batches that become entries each.</summary>
    public bool IsTooMuch { get; init; }
}

/// <summary>
/// Takes what devices send. Dense points wait beside the record and become part of its entries at most a day later, all of one device in one step, so that a point a second neither writes a month anew
/// each time nor fills the ledger; the first of a month, and whatever becomes an entry of its own, is written at once. A device is one source, which grows. Stateless.
/// </summary>
public static class DeviceIntake
{
    /// <summary>How long points may wait.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    /// <summary>How many points may wait.</summary>
    private const int MostWaiting = 20_000;

    /// <summary>Batches of one day that become entries each.</summary>
    private const int MostWritings = 100;

    private const int MostTries = 20;

    private static readonly TimeSpan NoteEvery = TimeSpan.FromMinutes(1);

    /// <summary>Takes a batch: all of it, durably, or nothing. Null when there is no such device, or it was stopped.</summary>
    /// <param name="own">Whose record.</param>
    /// <param name="id">The device.</param>
    /// <param name="json">What it sent.</param>
    /// <param name="now">When.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<DeviceAnswer?> TakeAsync(OwnAccess own, LocalId id, ReadOnlyMemory<byte> json, DateTimeOffset now, CancellationToken cancel)
    {
        using var turn = await own.Devices.TakeTurnAsync(cancel);
        for (var tries = 0; tries < MostTries; tries++)
        {
            if (await FindAsync(own, id, cancel) is not var (device, notes) || notes.StoppedAt is not null)
            {
                return null;
            }

            var batch = DeviceBatch.Read(json, new DeviceTerms(notes.Name, notes.Measures, now), cancel);
            if (batch.Faults.Count > 0)
            {
                return new DeviceAnswer(0, 0, batch.Faults);
            }

            var waiting = WaitingPoints.Read(await own.Devices.ReadWaitingAsync(id, cancel));
            var news = await DeviceNews.OfAsync(own, batch.Harvest, waiting, cancel);
            if (await TakeAsync(own, device, notes, batch.Harvest, waiting, news, now, cancel) is { } answer)
            {
                return answer;
            }
        }

        throw new StorageException(StorageFailure.Unavailable);
    }

    /// <summary>
    /// Makes what waits of a device part of the entries; where the record has no room for it, it goes on waiting for as long again. False when the device changed meanwhile, and nothing was done.
    /// </summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<bool> FoldAsync(OwnAccess own, LocalId id, CancellationToken cancel)
    {
        if (await FindAsync(own, id, cancel) is not var (device, notes))
        {
            return true;
        }

        var waiting = WaitingPoints.Read(await own.Devices.ReadWaitingAsync(id, cancel));
        try
        {
            return waiting.Count == 0 || await WriteAsync(own, device, notes, new Harvest("device", new HarvestLimits()), waiting, cancel);
        }
        catch (RecordFullException)
        {
            // It was taken, so it is kept; and full records that are always due would keep others from their turn.
            return await own.Devices.ChangeAsync(device, notes.Write(), null, device.FoldsAt + Patience, cancel);
        }
    }

    /// <summary>Stops a device: what it sent becomes part of the entries, and it may send nothing more. False when there is none.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public static async Task<bool> StopAsync(OwnAccess own, LocalId id, DateTimeOffset now, CancellationToken cancel)
    {
        while (await FindAsync(own, id, cancel) is var (device, notes))
        {
            if (notes.StoppedAt is not null || await own.Devices.ChangeAsync(device, (notes with { StoppedAt = now }).Write(), null, device.FoldsAt, cancel))
            {
                while (!await FoldAsync(own, id, cancel))
                {
                    // A batch that was on its way came in before.
                }

                return true;
            }
        }

        return false;
    }

    /// <summary>Null when the device changed meanwhile.</summary>
    private static async Task<DeviceAnswer?> TakeAsync(
        OwnAccess own, LiveDevice device, ConnectedDevice notes, Harvest harvest, WaitingPoints waiting, DeviceNews news, DateTimeOffset now, CancellationToken cancel)
    {
        var answer = new DeviceAnswer(news.Count, news.Known, []);
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var writes = news.NeedsEntry ? (notes.WritingDay == today ? notes.Writings : 0) + 1 : notes.Writings;
        var noted = notes with { LastAt = now, Points = notes.Points + news.Count, WritingDay = news.NeedsEntry ? today : notes.WritingDay, Writings = writes };
        if (news.Count == 0)
        {
            return now - notes.LastAt < NoteEvery || await own.Devices.ChangeAsync(device, noted.Write(), null, device.FoldsAt, cancel) ? answer : null;
        }

        if (news.NeedsEntry && writes > MostWritings)
        {
            return answer with { Taken = 0, Known = 0, IsTooMuch = true };
        }

        return news.NeedsEntry || waiting.Count + news.Count > MostWaiting || device.FoldsAt <= now
            ? await WriteAsync(own, device, noted, harvest, waiting, cancel) ? answer : null
            : await own.Devices.ChangeAsync(device, noted.Write(), waiting.With(news.Points), device.FoldsAt ?? now + Patience, cancel) ? answer : null;
    }

    /// <summary>Writes what was harvested and what waits as entries of the device's source, in one step. False when the device changed meanwhile.</summary>
    private static async Task<bool> WriteAsync(OwnAccess own, LiveDevice device, ConnectedDevice notes, Harvest harvest, WaitingPoints waiting, CancellationToken cancel)
    {
        foreach (var key in waiting.Keys)
        {
            foreach (var point in waiting.Of(key))
            {
                harvest.Series.Add(key.Metric, key.Device, point);
            }
        }

        var options = new ImportOptions { SourceName = notes.Name, SourceKind = "device", IdentityConfirmed = true };
        var writing = new ImportWriting(HarvestedSource.Of(harvest, options, () => [], cancel), options, cancel);
        var fold = new LiveFold(device, notes.Write());
        var outcome = await own.GatherAsync(
            new SourceDescription(options.SourceKind, notes.Name), async view => await writing.PlanAsync(view) with { Live = fold }, cancel);
        return outcome.Source is not null || (!outcome.DeviceChanged && await own.Devices.ForgetWaitingAsync(fold, cancel));
    }

    private static async Task<(LiveDevice Device, ConnectedDevice Notes)?> FindAsync(OwnAccess own, LocalId id, CancellationToken cancel) =>
        await own.Devices.FindAsync(id, cancel) is { } device ? (device, ConnectedDevice.Read(device.Body)) : null;
}
