using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>What is new for each member of conversations: what whoever listens asks for. It decides nothing: what somebody may see of it is for <see cref="ConversationDesk"/> to say. Thread safe.</summary>
public sealed class TalkNews
{
    private readonly NewsTable _table;

    internal TalkNews(NewsTable table, Database database) => (_table, IsAlone) = (table, database.Dialect == Dialect.Sqlite);

    /// <summary>Hears, on this node, of the members to whom something was told just now: what other nodes write is heard by <see cref="NewestAsync"/>. Quick, and throws nothing. Whoever wants to hear adds themselves to who does.</summary>
    public Action<IReadOnlyCollection<string>>? Hears
    {
        get => _table.Hears;
        set => _table.Hears = value;
    }

    /// <summary>Whether the database is that of one node, so that whatever is told is told here.</summary>
    public bool IsAlone { get; }

    /// <summary>What is new for a member after a number, oldest first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<IReadOnlyList<(long Seq, News News)>> AfterAsync(string member, long after, CancellationToken cancel) => _table.ReadAsync(member, after, cancel);

    /// <summary>The number of the newest news of each of these members; none of whom nothing was ever told.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<IReadOnlyDictionary<string, long>> NewestAsync(IReadOnlyCollection<string> members, CancellationToken cancel) => _table.NewestAsync(members, cancel);

    /// <summary>How long what is new is kept for who was away. Whoever comes back later is told what is still there; what was said is in the conversations.</summary>
    public static TimeSpan KeptFor { get; } = TimeSpan.FromDays(30);

    /// <summary>Deletes what has been new for longer than <see cref="KeptFor"/>. Any node does it, as often as it likes.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task ForgetAsync(DateTimeOffset now, CancellationToken cancel) => _table.ForgetAsync(now - KeptFor, cancel);
}
