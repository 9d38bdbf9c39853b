using System.Text;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Conversations;

/// <summary>A check-in that a team keeps to ask for it again.</summary>
/// <param name="Form">What it asks.</param>
/// <param name="Questionnaire">The FHIR <c>Questionnaire</c> that says so.</param>
public sealed record TeamQuestionnaire(CheckInForm Form, Resource Questionnaire);

/// <summary>What became of a check-in that somebody wanted their team to keep.</summary>
public enum KeptStatus
{
    /// <summary>It is kept, in place of one of the same title.</summary>
    Kept,

    /// <summary>The team keeps as many as it can.</summary>
    TooMany,

    /// <summary>Others of the team changed them at the same moment, again and again.</summary>
    Busy,
}

/// <summary>Check-ins that care teams keep to ask for them again, beside those that are offered: sealed as all that a team keeps. Thread safe.</summary>
public sealed class TeamQuestionnaires
{
    /// <summary>The most that a team keeps.</summary>
    public const int Most = 20;

    private const int Tries = 10;

    private readonly TeamSheet<StoredQuestionnaires> _sheet;

    internal TeamQuestionnaires(Database database, Keyring keyring) => _sheet = new TeamSheet<StoredQuestionnaires>(database, keyring, "team-questionnaires", SealedTalk.Json.StoredQuestionnaires);

    /// <summary>What a team keeps, in its order, and the version of that.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<(IReadOnlyList<TeamQuestionnaire> All, long Version)> FindAsync(CareTeamId team, CancellationToken cancel) =>
        await _sheet.FindAsync(team, cancel) is var (stored, version) ? ([.. stored.All.Select(static json => Of(Resource.Read(Encoding.UTF8.GetBytes(json))))], version) : ([], 0);

    /// <summary>Sets them; false when somebody else set others since the version that was seen.</summary>
    /// <exception cref="ArgumentException">There are too many, two have one title, or one cannot be asked.</exception>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> SetAsync(CareTeamId team, IReadOnlyList<Resource> all, long ifVersion, CancellationToken cancel) =>
        all.Count > Most || all.Select(Of).DistinctBy(static one => one.Form.Title).Count() < all.Count ? throw new ArgumentException("a team keeps a few check-ins, each with a title of its own", nameof(all))
        : _sheet.SetAsync(team, new StoredQuestionnaires([.. all.Select(static one => Encoding.UTF8.GetString(one.Json.Span))]), ifVersion, cancel);

    /// <summary>Keeps one more, or another in place of that with the same title.</summary>
    /// <exception cref="ArgumentException">It cannot be asked.</exception>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<KeptStatus> KeepAsync(CareTeamId team, Resource questionnaire, CancellationToken cancel)
    {
        var title = Of(questionnaire).Form.Title;
        for (var i = 0; i < Tries; i++)
        {
            var (known, version) = await FindAsync(team, cancel);
            var others = known.Where(one => one.Form.Title != title).Select(static one => one.Questionnaire).ToList();
            if (others.Count >= Most)
            {
                return KeptStatus.TooMany;
            }

            if (await SetAsync(team, [.. others, questionnaire], version, cancel))
            {
                return KeptStatus.Kept;
            }
        }

        return KeptStatus.Busy;
    }

    /// <summary>Keeps one of a title no longer. What was asked by it stays asked. False where others changed them again and again at the same moment.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<bool> DropAsync(CareTeamId team, string title, CancellationToken cancel)
    {
        for (var i = 0; i < Tries; i++)
        {
            var (known, version) = await FindAsync(team, cancel);
            var left = known.Where(one => one.Form.Title != title).Select(static one => one.Questionnaire).ToList();
            if (left.Count == known.Count || await SetAsync(team, left, version, cancel))
            {
                return true;
            }
        }

        return false;
    }

    private static TeamQuestionnaire Of(Resource questionnaire) =>
        new(CheckInQuestionnaire.Read(questionnaire).Form ?? throw new ArgumentException("a check-in is a few short questions", nameof(questionnaire)), questionnaire);
}

/// <summary>What a team keeps, as it is stored: each as JSON.</summary>
internal sealed record StoredQuestionnaires(IReadOnlyList<string> All);
