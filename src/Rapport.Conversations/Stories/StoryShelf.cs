using System.Buffers.Binary;
using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using Dapper;
using Rapport.Data;
using Rapport.Records;

namespace Rapport.Conversations;

/// <summary>A story as others read it.</summary>
/// <param name="Key">Names it here; pages name it by a sealed mark.</param>
/// <param name="Aim">What was shared for.</param>
/// <param name="Text">The story.</param>
public sealed record ToldStory(byte[] Key, string Aim, StoryText Text);

/// <summary>
/// What people let others learn of what came of sharing: numbers and stories, of which nothing leads to whose they are. All of it is kept in memory as it was read last; each look asks the database whether there was a change,
/// so what was taken back anywhere is gone everywhere. Thread safe.
/// </summary>
public sealed class StoryShelf(Database database, Keyring keyring, TimeProvider clock)
{
    private volatile Shelf? _known;

    /// <summary>The numbers for an aim; null where too few people stand behind them: nobody can tell whether there are any.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<StoryNumbers?> NumbersAsync(string aim, CancellationToken cancel) => (await ReadAsync(cancel)).Numbers.GetValueOrDefault(aim);

    /// <summary>The stories for an aim; none where there is no number. In an order that says nothing.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<ToldStory>> StoriesAsync(string aim, CancellationToken cancel)
    {
        var shelf = await ReadAsync(cancel);
        return !shelf.Numbers.ContainsKey(aim) ? []
            : [.. from known in shelf.Slips where known.Slip is { IsShown: true, Text: not null } && known.Slip.Aim == aim select new ToldStory(known.Key, aim, known.Slip.Text!)];
    }

    /// <summary>Stories that were reported and that nobody looked at yet.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<ToldStory>> ReportedAsync(CancellationToken cancel) =>
        [.. from known in (await ReadAsync(cancel)).Slips where known.Slip is { IsReported: true, Text: not null } select new ToldStory(known.Key, known.Slip.Aim, known.Slip.Text!)];

    /// <summary>Reports a story. Nothing is kept of who did. One that whoever runs the server has left, or that is not there, stays as it is.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task ReportAsync(byte[] key, CancellationToken cancel) =>
        ChangeAsync(key, static slip => slip is { Text: not null, IsShown: true, IsLeft: false } ? slip with { IsReported = true } : slip, cancel);

    /// <summary>Says of a reported story that it stays, or takes it away. Its teller is counted on.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task JudgeAsync(byte[] key, bool stays, CancellationToken cancel) => ChangeAsync(
        key,
        slip => slip is not { IsReported: true } ? slip
            : stays ? slip with { IsReported = false, IsLeft = true }
            : slip with { IsReported = false, Text = null, IsShown = false, IsTakenDown = true },
        cancel);

    /// <summary>Adds invented people who are counted and tell, for a demo: where there is nobody yet.</summary>
    /// <param name="aim">What they shared for.</param>
    /// <param name="people">What came of it, how it was, and the story of whoever tells one.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task InventAsync(string aim, IReadOnlyList<(OutcomeKind Came, OutcomeKind Felt, StoryText? Text)> people, CancellationToken cancel)
    {
        if ((await ReadAsync(cancel)).Slips.Count == 0)
        {
            await ChangeAsync(
                [
                    .. people.Select(person => (
                        RandomNumberGenerator.GetBytes(32),
                        (Func<StorySlip?, StorySlip?>)(_ => new StorySlip { Aim = aim, Wish = new StoryAnswer(Outcome.Code(person.Came), Outcome.Code(person.Felt)), Text = person.Text }))),
                ],
                cancel);
        }
    }

    /// <summary>What stands under a key; null when nothing does.</summary>
    internal async Task<StorySlip?> FindAsync(byte[] key, CancellationToken cancel) =>
        (await ReadAsync(cancel)).Slips.FirstOrDefault(known => known.Key.AsSpan().SequenceEqual(key)).Slip;

    /// <summary>Changes what stands under a key, and renews what is shown where that may be. When the task completes, every node shows it.</summary>
    /// <param name="key">Under which it stands.</param>
    /// <param name="change">Makes of what is there (null: nothing) what shall be there. It must have no effects of its own.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    internal Task ChangeAsync(byte[] key, Func<StorySlip?, StorySlip?> change, CancellationToken cancel) => ChangeAsync([(key, change)], cancel);

    /// <summary>The same for several at once.</summary>
    /// <inheritdoc cref="ChangeAsync(byte[], Func{StorySlip?, StorySlip?}, CancellationToken)"/>
    internal Task ChangeAsync(IReadOnlyList<(byte[] Key, Func<StorySlip?, StorySlip?> Change)> changes, CancellationToken cancel) => database.WriteAsync(
        async t =>
        {
            // The lock under which all changes happen one after the other.
            await t.Connection!.ExecuteAsync("UPDATE story_shelf SET version = version WHERE id = 1", transaction: t);
            var before = (await ReadSlipsAsync(t.Connection!, t)).ToDictionary(static known => Convert.ToHexString(known.Key), static known => known.Slip);
            var after = new SortedDictionary<string, StorySlip>(before, StringComparer.Ordinal);
            HashSet<string> aims = [];
            foreach (var (key, change) in changes)
            {
                var name = Convert.ToHexString(key);
                var next = change(before.GetValueOrDefault(name));
                aims.UnionWith(new[] { before.GetValueOrDefault(name)?.Aim, next?.Aim }.OfType<string>());
                if (next is null)
                {
                    after.Remove(name);
                }
                else
                {
                    after[name] = next;
                }
            }

            foreach (var aim in aims)
            {
                Renew(after, aim);
            }

            if (!before.OrderBy(static known => known.Key, StringComparer.Ordinal).SequenceEqual(after))
            {
                await WriteAsync(t, after);

                // Only what changed is read again by the nodes.
                await t.Connection!.ExecuteAsync("UPDATE story_shelf SET version = version + 1 WHERE id = 1", transaction: t);
            }
        },
        cancel);

    private void Renew(SortedDictionary<string, StorySlip> slips, string aim)
    {
        var those = slips.Where(known => known.Value.Aim == aim).ToList();
        var renewed = StoryCounting.Renew([.. those.Select(static known => known.Value)], clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture));
        foreach (var (known, slip) in those.Zip(renewed))
        {
            if (slip.IsEmpty)
            {
                slips.Remove(known.Key);
            }
            else
            {
                slips[known.Key] = slip;
            }
        }
    }

    /// <summary>Writes all of them anew, each sealed anew and in the order of their keys: so neither the rows nor where they lie tell which of them changed, nor which was there before another.</summary>
    private async Task WriteAsync(DbTransaction transaction, SortedDictionary<string, StorySlip> slips)
    {
        await transaction.Connection!.ExecuteAsync("DELETE FROM story", transaction: transaction);
        foreach (var chunk in slips.Chunk(100))
        {
            var rows = chunk.Select(known => (Key: Convert.FromHexString(known.Key), known.Value)).Select(known => new { known.Key, Body = keyring.Installation.Seal(PlaceOf(known.Key), StorySlips.Write(known.Value)) });
            await transaction.Connection!.ExecuteAsync("INSERT INTO story (story_key, body) VALUES (@Key, @Body)", rows, transaction);
        }
    }

    private async Task<Shelf> ReadAsync(CancellationToken cancel)
    {
        var version = await database.ReadAsync(static c => VersionAsync(c), cancel);
        if (_known is { } known && known.Version == version)
        {
            return known;
        }

        // What is read after the version is as new or newer: a later look reads it again.
        return _known = await database.ReadAsync(async c => new Shelf(version, await ReadSlipsAsync(c, null)), cancel);
    }

    private static Task<long> VersionAsync(DbConnection connection) => connection.QuerySingleAsync<long>("SELECT version FROM story_shelf WHERE id = 1");

    private async Task<IReadOnlyList<(byte[] Key, StorySlip Slip)>> ReadSlipsAsync(DbConnection connection, DbTransaction? transaction) =>
    [
        .. from row in await connection.QueryAsync<(byte[] Key, byte[] Body)>("SELECT story_key, body FROM story ORDER BY story_key", transaction: transaction)
           select (row.Key, StorySlips.Read(keyring.Installation.Open(PlaceOf(row.Key), row.Body))),
    ];

    private static Place PlaceOf(byte[] key) => new("story", BinaryPrimitives.ReadUInt128BigEndian(key), BinaryPrimitives.ReadInt64BigEndian(key.AsSpan(16)));

    private sealed record Shelf(long Version, IReadOnlyList<(byte[] Key, StorySlip Slip)> Slips)
    {
        public Dictionary<string, StoryNumbers> Numbers { get; } = Slips.GroupBy(static known => known.Slip.Aim)
            .Select(static group => (Aim: group.Key, Numbers: StoryNumbers.Of([.. group.Select(static known => known.Slip)])))
            .Where(static known => known.Numbers is not null).ToDictionary(static known => known.Aim, static known => known.Numbers!);
    }
}
