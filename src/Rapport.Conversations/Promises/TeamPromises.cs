using Rapport.Data;
using Rapport.Language;

namespace Rapport.Conversations;

/// <summary>What care teams promise: one for each, sealed for the installation and found by a keyed hash of the team. A team that set none promises no time. Thread safe.</summary>
public sealed class TeamPromises
{
    /// <summary>The most letters of a notice.</summary>
    public const int MostNotice = 500;

    private readonly TeamSheet<StoredPromise> _sheet;

    internal TeamPromises(Database database, Keyring keyring) => _sheet = new TeamSheet<StoredPromise>(database, keyring, "team-promise", SealedTalk.Json.StoredPromise);

    /// <summary>What a team promises now, and the version of that; null when it set nothing yet.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<(TeamPromise Promise, long Version)?> FindAsync(CareTeamId team, CancellationToken cancel) =>
        await _sheet.FindAsync(team, cancel) is var (stored, version) ? (stored.ToPromise(), version) : null;

    /// <summary>What the sender of a message would be promised at an instant: who answers and by when, each team for itself. Nothing where no team is there, and to who writes as a team: what a team says is an answer, and asks no other team.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<AnswerPromise>> OfferAsync(IEnumerable<Member> members, string sender, Topic topic, DateTimeOffset now, CancellationToken cancel)
    {
        List<AnswerPromise> offered = [];
        foreach (var team in CareTeamId.IsReference(sender) ? [] : members.Where(static member => member.IsTeam))
        {
            if (CareTeamId.TryParseReference(team.Reference, out var id))
            {
                var promise = (await FindAsync(id, cancel))?.Promise;
                var by = promise?.AnswersBy(topic, now);
                offered.Add(new AnswerPromise(team.Reference, by, by is { } then ? promise!.RemindsAt(now, then) : null));
            }
        }

        return offered;
    }

    /// <summary>Sets what a team promises. What was promised before stays promised as it was.</summary>
    /// <param name="team">The team.</param>
    /// <param name="promise">What.</param>
    /// <param name="ifVersion">The version that was looked at; 0 where there was none.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>False when somebody else set another meanwhile.</returns>
    /// <exception cref="ArgumentException">The notice is too long, or an answer time cannot be promised.</exception>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> SetAsync(CareTeamId team, TeamPromise promise, long ifVersion, CancellationToken cancel)
    {
        if (promise.Notice?.Length > MostNotice || promise.ByTopic.Values.Append(promise.Usual).Any(static time => time.Amount is < 1 or > AnswerTime.Most || !Enum.IsDefined(time.Unit)))
        {
            throw new ArgumentException("a promise is of times that can be kept, and a short notice", nameof(promise));
        }

        return await _sheet.SetAsync(team, StoredPromise.Of(promise), ifVersion, cancel);
    }
}

/// <summary>A promise as it is stored.</summary>
internal sealed record StoredPromise(
    string Zone, IReadOnlyList<OpenTime> Week, IReadOnlyList<DateOnly> Away, AnswerTime Usual, IReadOnlyDictionary<Topic, AnswerTime> ByTopic, PersonId? ToldOfOverdue, string? ToldOfOverdueName, string? Notice,
    PersonId? ToldNext = null, string? ToldNextName = null)
{
    internal static StoredPromise Of(TeamPromise promise) => new(
        promise.Hours.Zone.Id, [.. promise.Hours.Week], [.. promise.Hours.Away.Order()], promise.Usual, promise.ByTopic, promise.ToldOfOverdue, promise.ToldOfOverdueName, promise.Notice,
        promise.ToldNext, promise.ToldNextName);

    /// <summary>On a machine that does not know its zone any more, the hours are those of UTC: nobody is kept from writing by that.</summary>
    internal TeamPromise ToPromise() => new()
    {
        Hours = new TeamHours(TimeZones.Find(Zone) ?? TimeZoneInfo.Utc, [.. Week], [.. Away]),
        Usual = Usual,
        ByTopic = ByTopic,
        ToldOfOverdue = ToldOfOverdue,
        ToldOfOverdueName = ToldOfOverdueName,
        ToldNext = ToldNext,
        ToldNextName = ToldNextName,
        Notice = Notice,
    };
}
