using System.Data.Common;
using Dapper;
using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>Somebody who wrote at a draft.</summary>
/// <param name="Person">Who.</param>
/// <param name="Name">Their name.</param>
public sealed record DraftWriter(PersonId Person, string Name);

/// <summary>What a team has drafted in a conversation.</summary>
/// <param name="Text">The words; empty where there are none any more.</param>
/// <param name="Writers">Who wrote at it, the last first.</param>
/// <param name="At">When they did last.</param>
/// <param name="Version">Which it is: 0 where nobody wrote any yet.</param>
public sealed record TeamDraft(string Text, IReadOnlyList<DraftWriter> Writers, DateTimeOffset At, long Version)
{
    /// <summary>Nothing written yet.</summary>
    public static TeamDraft None { get; } = new("", [], default, 0);
}

/// <summary>What is to be sent of a draft is not what stands there any more.</summary>
internal sealed class DraftMovedException : Exception;

/// <summary>
/// Drafts that a team writes together: one for each conversation, for whoever is in the team at that moment and nobody else. Thread safe.
/// </summary>
/// <remarks>Nobody's words are written over who did not see them: each change names the version that was seen.</remarks>
public sealed class TeamDrafts
{
    private const int MostWriters = 20;

    private readonly Database _database;
    private readonly Keyring _keyring;
    private readonly TimeProvider _clock;

    internal TeamDrafts(Database database, Keyring keyring, TimeProvider clock) => (_database, _keyring, _clock) = (database, keyring, clock);

    /// <summary>What the team as which somebody is in a conversation has drafted there; null for who is in it as nobody of a team.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<TeamDraft?> FindAsync(TalkView view, CancellationToken cancel)
    {
        if (!view.IsTeam)
        {
            return null;
        }

        var (id, team) = (view.Id.ToString(), HashOf(view));
        var row = await _database.ReadAsync(
            c => c.QuerySingleOrDefaultAsync<(long Version, byte[] Body)?>("SELECT version, body FROM team_draft WHERE conversation_id = @id AND team = @team", new { id, team }), cancel);
        return row is var (version, body) ? view.Stored.Key.Open(PlaceOf(team, version), body, SealedTalk.Json.TeamDraft) : TeamDraft.None;
    }

    /// <summary>Writes it; empty words take it away. False when it is another than of the version that was seen, or they are in the conversation as nobody of a team.</summary>
    /// <exception cref="ArgumentException">It is too long.</exception>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> WriteAsync(Talker talker, TalkView view, string text, long ifVersion, CancellationToken cancel)
    {
        if (text.Length > ConversationDesk.MostText)
        {
            throw new ArgumentException("a draft is no longer than a message", nameof(text));
        }

        if (await FindAsync(view, cancel) is not { } before || before.Version != ifVersion)
        {
            return false;
        }

        var self = new DraftWriter(talker.Person.Id, talker.Person.DisplayName);
        IReadOnlyList<DraftWriter> writers = text.Length == 0 ? [] : [self, .. before.Writers.Where(writer => writer.Person != self.Person).Take(MostWriters - 1)];
        var (id, team, version) = (view.Id.ToString(), HashOf(view), ifVersion + 1);
        var body = view.Stored.Key.Seal(PlaceOf(team, version), new TeamDraft(text, writers, _clock.GetUtcNow(), version), SealedTalk.Json.TeamDraft);
        return await _database.WriteAsync(
            t => ifVersion == 0
                ? t.Connection!.ExecuteAsync("INSERT INTO team_draft (conversation_id, team, version, body) VALUES (@id, @team, 1, @body) ON CONFLICT (conversation_id, team) DO NOTHING", new { id, team, body }, t)
                : t.Connection!.ExecuteAsync(
                    "UPDATE team_draft SET version = @version, body = @body WHERE conversation_id = @id AND team = @team AND version = @ifVersion", new { id, team, version, body, ifVersion }, t),
            cancel) == 1;
    }

    /// <summary>Takes a draft away in the transaction that sends it.</summary>
    /// <param name="view">Where.</param>
    /// <param name="drafted">The draft, as it was seen.</param>
    /// <returns>What throws <see cref="DraftMovedException"/> in the transaction where it is another by then.</returns>
    internal Func<DbTransaction, Task> Taking(TalkView view, TeamDraft drafted)
    {
        var (id, team, version, next) = (view.Id.ToString(), HashOf(view), drafted.Version, drafted.Version + 1);
        var body = view.Stored.Key.Seal(PlaceOf(team, next), new TeamDraft("", [], _clock.GetUtcNow(), next), SealedTalk.Json.TeamDraft);
        return async t =>
        {
            if (await t.Connection!.ExecuteAsync(
                "UPDATE team_draft SET version = @next, body = @body WHERE conversation_id = @id AND team = @team AND version = @version", new { id, team, version, next, body }, t) == 0)
            {
                throw new DraftMovedException();
            }
        };
    }

    private byte[] HashOf(TalkView view) => _keyring.LookupHash("team-draft", $"{view.Capacity.Reference}\n{view.Id}");

    private static Place PlaceOf(byte[] team, long version) => SealedTalk.PlaceOf("team-draft", team, version);
}
