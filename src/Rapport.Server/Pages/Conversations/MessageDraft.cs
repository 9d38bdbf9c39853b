using System.Text;
using Rapport.Conversations;
using Rapport.Server.Pages.Conversations.Files;

namespace Rapport.Server.Pages.Conversations;

/// <summary>A message as somebody has it in a form.</summary>
/// <param name="Text">The words, on lines, without signs that are not seen.</param>
/// <param name="Once">Tells sending the same form again from another message.</param>
/// <param name="Attached">The references of entries that go along.</param>
public sealed record MessageDraft(string Text, string Once, IReadOnlyList<string> Attached)
{
    private const int MostReference = 200;

    /// <summary>Of what is attached and marked as sensitive, what its patient agreed to once more.</summary>
    public IReadOnlyList<string> Agreed { get; init; } = [];

    /// <summary>Photos, documents and voice notes that go along.</summary>
    public IReadOnlyList<SentFile> Files { get; init; } = [];

    /// <summary>Why a file that was chosen does not go along; null for nothing.</summary>
    public string? FileProblem { get; init; }

    /// <summary>Whether whoever wrote it was asked and says that it is no emergency.</summary>
    public bool IsSure { get; init; }

    /// <summary>Whether their team says with it that this is not its answer yet.</summary>
    public bool IsNotYet { get; init; }

    /// <summary>The version of the team's draft that they have seen; null where none was shown to them.</summary>
    public long? DraftVersion { get; init; }

    /// <summary>Nothing written yet.</summary>
    public static MessageDraft Empty() => new("", FormKey.New(), []);

    /// <summary>What is wrong with it; null for nothing.</summary>
    public string? Problem => Text.Length switch
    {
        0 when Files.Count == 0 => ConversationText.TextMissing,
        > ConversationDesk.MostText => Say.Fill(ConversationText.TextTooLong, Say.Number(ConversationDesk.MostText)),
        _ => null,
    };

    /// <summary>The same as another message than the one that was sent before.</summary>
    public MessageDraft Anew() => this with { Once = FormKey.New(), IsSure = false };

    /// <summary>What a form sent.</summary>
    public static MessageDraft Read(IFormCollection form) => new(
        Lines(form["text"].ToString()),
        form["once"].ToString() is { Length: > 0 and <= 100 } once && once.All(char.IsAsciiLetterOrDigit) ? once : FormKey.New(),
        References(form, "attach"))
    {
        Agreed = References(form, "agreed"),
        IsSure = form["sure"] == "yes",
        IsNotYet = form["not-yet"] == "yes",
        Files = DraftFile.Read(form),
        FileProblem = form[SentForm.Problem].ToString() is { Length: > 0 } problem ? problem : null,
        DraftVersion = long.TryParse(form["draft-version"], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var version) ? version : null,
    };

    /// <summary>Words on lines: what is not seen is gone, empty lines stay.</summary>
    public static string Lines(string typed)
    {
        var text = new StringBuilder();
        foreach (var line in typed.ReplaceLineEndings("\n").Split('\n'))
        {
            text.Append(OneLine.Of(line)).Append('\n');
        }

        return text.ToString().Trim();
    }

    private static List<string> References(IFormCollection form, string field) =>
        [.. form[field].OfType<string>().Where(static reference => reference.Length is > 0 and <= MostReference).Distinct().Take(ConversationDesk.MostAttached)];
}
