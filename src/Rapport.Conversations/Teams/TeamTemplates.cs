using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>Words that a team uses again and again.</summary>
/// <param name="Title">What they are called.</param>
/// <param name="Text">The words, with holes in braces.</param>
public sealed record Template(string Title, string Text);

/// <summary>What becomes of a hole of a template.</summary>
public enum TemplateHole
{
    /// <summary>The patient's first name.</summary>
    Name,

    /// <summary>When the team reads.</summary>
    Hours,

    /// <summary>The number to call in an emergency.</summary>
    Emergency,

    /// <summary>The name of whoever writes.</summary>
    Own,
}

/// <summary>Templates of care teams. They are put into what somebody writes, and send nothing. Thread safe.</summary>
public sealed class TeamTemplates
{
    /// <summary>The most that a team has.</summary>
    public const int Most = 50;

    /// <summary>The most letters of a title.</summary>
    public const int MostTitle = 80;

    /// <summary>The most letters of the words.</summary>
    public const int MostText = 2_000;

    /// <summary>How holes are written, in each language.</summary>
    public static IReadOnlyDictionary<string, TemplateHole> Holes { get; } = new Dictionary<string, TemplateHole>
    {
        ["{name}"] = TemplateHole.Name,
        ["{hours}"] = TemplateHole.Hours,
        ["{emergency}"] = TemplateHole.Emergency,
        ["{me}"] = TemplateHole.Own,
        ["{nombre}"] = TemplateHole.Name,
        ["{horario}"] = TemplateHole.Hours,
        ["{emergencias}"] = TemplateHole.Emergency,
        ["{yo}"] = TemplateHole.Own,
    };

    private readonly TeamSheet<StoredTemplates> _sheet;

    internal TeamTemplates(Database database, Keyring keyring) => _sheet = new TeamSheet<StoredTemplates>(database, keyring, "team-templates", SealedTalk.Json.StoredTemplates);

    /// <summary>A team's templates in their order, and the version of that.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<(IReadOnlyList<Template> All, long Version)> FindAsync(CareTeamId team, CancellationToken cancel) =>
        await _sheet.FindAsync(team, cancel) is var (stored, version) ? (stored.All, version) : ([], 0);

    /// <summary>Sets them; false when somebody else set others since the version that was seen.</summary>
    /// <exception cref="ArgumentException">There are too many, or one is too long or empty.</exception>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> SetAsync(CareTeamId team, IReadOnlyList<Template> all, long ifVersion, CancellationToken cancel) =>
        all.Count > Most || all.Any(static one => one.Title.Length is 0 or > MostTitle || one.Text.Length is 0 or > MostText) ? throw new ArgumentException("templates are a few, with a title and words", nameof(all))
        : _sheet.SetAsync(team, new StoredTemplates(all), ifVersion, cancel);

    /// <summary>The words with what goes into their holes. Pure: what was put in is not looked at again.</summary>
    public static string Fill(string text, Func<TemplateHole, string> with)
    {
        var filled = new System.Text.StringBuilder();
        for (var at = 0; at < text.Length;)
        {
            var hole = text[at] == '{' ? Holes.Keys.FirstOrDefault(known => string.CompareOrdinal(text, at, known, 0, known.Length) == 0) : null;
            filled.Append(hole is null ? text[at].ToString() : with(Holes[hole]));
            at += hole?.Length ?? 1;
        }

        return filled.ToString();
    }
}

/// <summary>Templates as they are stored.</summary>
internal sealed record StoredTemplates(IReadOnlyList<Template> All);
