using System.Data.Common;
using Dapper;
using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>What some members are to be told, sealed for each: in the order in which their rows are locked.</summary>
/// <param name="For">The keyed hash of each member, and what they are told; null where they are told nothing, and only their number moves.</param>
/// <param name="At">When it was written, in milliseconds since 1970 UTC.</param>
internal sealed record SealedNews(IReadOnlyList<(byte[] Holder, byte[]? Body)> For, long At);

/// <summary>What is new for each member, numbered for each in the order in which it came. It is kept for some time, for who was away. Thread safe.</summary>
internal sealed class NewsTable(Database database, Keyring keyring, DamageWatch damage)
{
    private const int MostAtOnce = 500, MostForgotten = 100, MostSince = 200;

    /// <summary>Hears, on this node, of the members to whom something was told just now; quick, and throws nothing.</summary>
    internal Action<IReadOnlyCollection<string>>? Hears { get; set; }

    /// <summary>Makes ready what <see cref="TellAsync"/> writes, before its transaction: so that nobody who writes waits for sealing. It is bound to the member and not to its number, which is known only then.</summary>
    /// <param name="members">Who is told.</param>
    /// <param name="news">What.</param>
    /// <param name="at">When it happened.</param>
    /// <param name="moved">Whose number moves although they are told nothing: what is kept of theirs changed.</param>
    internal SealedNews Seal(IReadOnlyCollection<string> members, News news, DateTimeOffset at, string? moved = null) => new(
        [
            .. from member in (moved is null ? members : [.. members, moved]).Distinct()
               let holder = HolderOf(member)
               orderby Convert.ToHexString(holder)
               select (holder, members.Contains(member) ? keyring.Installation.Seal(PlaceOf(holder), news, SealedTalk.Json.News) : null),
        ],
        at.ToUnixTimeMilliseconds());

    /// <summary>Numbers are given out under the lock of the member's row, in the order of the members' hashes: so nobody is told of a later one before an earlier one, and two who write never wait for each other in a circle.</summary>
    internal static async Task TellAsync(DbTransaction t, SealedNews news)
    {
        if (news.For.Count == 0)
        {
            return;
        }

        var numbers = await NextAsync(t, news.For.Select(static one => one.Holder));
        var told = news.For.Where(static one => one.Body is not null).Select(one => new object[] { one.Holder, numbers[Convert.ToHexString(one.Holder)], one.Body!, news.At }).ToList();
        if (told.Count > 0)
        {
            var (sql, values) = ManyAtOnce.Insert("conversation_news (holder, seq, body, written_at)", told);
            await t.Connection!.ExecuteAsync(sql, values, t);
        }
    }

    /// <summary>Moves a number of its own, which nothing else has: whoever keeps in memory what it stands for reads it anew. To be called after <see cref="TellAsync"/>, if at all.</summary>
    internal Task MoveAsync(DbTransaction t, string name) => NextAsync(t, [HolderOf(name)]);

    /// <summary>The same for several, in the order in which all who move several do.</summary>
    internal Task MoveAsync(DbTransaction t, IReadOnlyCollection<string> names) => NextAsync(t, names.Distinct().Select(HolderOf).OrderBy(Convert.ToHexString));

    /// <summary>The number that moves when what became of messages changes in a conversation in which a member is.</summary>
    internal static string StatesOf(string member) => $"states/{member}";

    /// <summary>What is new for a member after a number, oldest first, and each with its number; what is damaged is left out.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<IReadOnlyList<(long Seq, News News)>> ReadAsync(string member, long after, CancellationToken cancel)
    {
        var holder = HolderOf(member);
        var rows = await database.ReadAsync(
            c => c.QueryAsync<(long Seq, byte[] Body)>(
                "SELECT seq, body FROM conversation_news WHERE holder = @holder AND seq > @after ORDER BY seq LIMIT @most", new { holder, after, most = MostAtOnce }),
            cancel);
        return
        [
            .. from row in rows
               let news = damage.Sound(() => keyring.Installation.Open(PlaceOf(holder), row.Body, SealedTalk.Json.News))
               where news is not null
               select (row.Seq, news),
        ];
    }

    /// <summary>What is new for each of some members after a number of theirs, the first of it, and some numbers that stand for themselves. The numbers are asked for before it.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<NewsSince> SinceAsync(IReadOnlyDictionary<string, long> after, IReadOnlyCollection<string> numbersAlone, CancellationToken cancel)
    {
        var hashed = after.Keys.Concat(numbersAlone).Distinct().ToDictionary(member => Convert.ToHexString(HolderOf(member)), static member => member);
        var holders = after.Keys.Select(HolderOf).ToArray();
        var (numbers, rows) = await database.ReadAsync(c => SinceAsync(c, [.. hashed.Keys.Select(Convert.FromHexString)], holders, [.. after.Values]), cancel);
        var newest = numbers.ToDictionary(row => hashed[Convert.ToHexString(row.Holder)], static row => row.Seq);
        var of = rows.ToLookup(row => hashed[Convert.ToHexString(row.Holder)]);

        // What came after the numbers were asked for is told when they are asked for again: by then it is known anew who is told.
        return new NewsSince(
            newest,
            after.Keys.ToDictionary(static member => member, member => of[member].Count() < MostSince ? newest.GetValueOrDefault(member) : Math.Min(newest.GetValueOrDefault(member), of[member].Max(static row => row.Seq))),
            [
                .. from member in after.Keys
                   from row in of[member].OrderBy(static row => row.Seq)
                   where row.Seq <= newest.GetValueOrDefault(member)
                   let news = damage.Sound(() => keyring.Installation.Open(PlaceOf(row.Holder), row.Body, SealedTalk.Json.News))
                   where news is not null
                   select new FreshNews(member, row.Seq, news),
            ]);
    }

    private async Task<(List<(byte[] Holder, long Seq)> Numbers, List<(byte[] Holder, long Seq, byte[] Body)> News)> SinceAsync(DbConnection c, byte[][] numbered, byte[][] holders, long[] after)
    {
        const string first = "SELECT seq, body FROM conversation_news WHERE holder = @holder AND seq > @after ORDER BY seq LIMIT @most";
        var questions = new ManyQuestions(database.Dialect);
        questions.Among("SELECT holder, seq FROM conversation_holder WHERE holder", numbered);
        if (database.Dialect == Dialect.PostgreSql)
        {
            questions.Add(
                $"SELECT w.holder, n.seq, n.body FROM unnest(@holders, @after) AS w (holder, after) CROSS JOIN LATERAL ({first.Replace("@holder", "w.holder", StringComparison.Ordinal).Replace("@after", "w.after", StringComparison.Ordinal)}) n",
                ("holders", holders), ("after", after), ("most", MostSince));
        }

        using var answers = await questions.AskAsync(c);
        var numbers = (await answers.ReadAsync<(byte[] Holder, long Seq)>()).AsList();
        if (database.Dialect == Dialect.PostgreSql)
        {
            return (numbers, (await answers.ReadAsync<(byte[] Holder, long Seq, byte[] Body)>()).AsList());
        }

        List<(byte[] Holder, long Seq, byte[] Body)> news = [];
        var known = numbers.ToDictionary(static row => Convert.ToHexString(row.Holder), static row => row.Seq);
        foreach (var (holder, heard) in holders.Zip(after).Where(one => known.GetValueOrDefault(Convert.ToHexString(one.First)) > one.Second))
        {
            news.AddRange((await c.QueryAsync<(long Seq, byte[] Body)>(first, new { holder, after = heard, most = MostSince })).Select(row => (holder, row.Seq, row.Body)));
        }

        return (numbers, news);
    }

    /// <summary>The number of the newest news of each of these members; none of whom nothing was ever told.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<IReadOnlyDictionary<string, long>> NewestAsync(IReadOnlyCollection<string> members, CancellationToken cancel)
    {
        var hashed = members.Distinct().ToDictionary(member => Convert.ToHexString(HolderOf(member)), static member => member);
        var holders = hashed.Keys.Select(Convert.FromHexString).ToArray();
        var rows = await database.ReadAsync(
            c => c.QueryAmongAsync<(byte[] Holder, long Seq)>(database.Dialect, "SELECT holder, seq FROM conversation_holder WHERE holder", holders), cancel);
        return rows.ToDictionary(row => hashed[Convert.ToHexString(row.Holder)], static row => row.Seq);
    }

    /// <summary>Deletes what was new before an instant, some at a time so that nobody waits for it. The numbers go on as they were.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task ForgetAsync(DateTimeOffset before, CancellationToken cancel)
    {
        var until = before.ToUnixTimeMilliseconds();
        byte[] after = [];
        List<(byte[] Holder, long? Oldest)> page;
        do
        {
            page = (await database.ReadAsync(
                c => c.QueryAsync<(byte[], long?)>(
                    """
                    SELECT h.holder, (SELECT n.written_at FROM conversation_news n WHERE n.holder = h.holder ORDER BY n.seq LIMIT 1)
                    FROM conversation_holder h WHERE h.holder > @after ORDER BY h.holder LIMIT @most
                    """,
                    new { after, most = MostAtOnce }),
                cancel)).AsList();
            foreach (var (holder, _) in page.Where(row => row.Oldest < until))
            {
                while (await ForgetSomeAsync(holder, until, cancel) > 0)
                {
                }
            }

            after = page.Count == 0 ? after : page[^1].Holder;
        }
        while (page.Count == MostAtOnce);
    }

    private Task<int> ForgetSomeAsync(byte[] holder, long before, CancellationToken cancel) => database.WriteTogetherAsync(
        t => t.Connection!.ExecuteAsync(
            "DELETE FROM conversation_news WHERE holder = @holder AND written_at < @before AND seq < @some + (SELECT MIN(seq) FROM conversation_news WHERE holder = @holder)",
            new { holder, before, some = MostForgotten },
            t),
        rows: MostForgotten,
        cancel);

    /// <summary>How a member is found without keeping their reference in clear.</summary>
    internal byte[] HolderOf(string member) => keyring.LookupHash("conversation-holder", member);

    private static async Task<Dictionary<string, long>> NextAsync(DbTransaction t, IEnumerable<byte[]> holders)
    {
        var (sql, values) = ManyAtOnce.Insert("conversation_holder (holder, seq)", holders.Select(static holder => new object[] { holder, 1L }));
        var rows = await t.Connection!.QueryAsync<(byte[] Holder, long Seq)>(sql + " ON CONFLICT (holder) DO UPDATE SET seq = conversation_holder.seq + 1 RETURNING holder, seq", values, t);
        return rows.ToDictionary(static row => Convert.ToHexString(row.Holder), static row => row.Seq);
    }

    private static Place PlaceOf(byte[] holder) => SealedTalk.PlaceOf("conversation-news", holder, 0);
}
