using Rapport.Fhir;

namespace Rapport.Conversations;

/// <summary>A check-in that is offered to whoever asks for one.</summary>
/// <param name="Name">Names it.</param>
/// <param name="Language">The language of its words.</param>
/// <param name="Form">What it asks.</param>
public sealed record OfferedCheckIn(string Name, string Language, CheckInForm Form);

/// <summary>A few check-ins of our own making, as files beside the code that a clinician can read: <c>Offered/NAME.LANGUAGE.json</c>.</summary>
public static class OfferedCheckIns
{
    private const string Begins = "check-in.", Ends = ".json";

    /// <summary>All of them, in every language, in their order.</summary>
    public static IReadOnlyList<OfferedCheckIn> All { get; } =
    [
        .. typeof(OfferedCheckIns).Assembly.GetManifestResourceNames().Where(static file => file.StartsWith(Begins, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(Read),
    ];

    /// <summary>The question that is asked with these words in one of them: what codes, units and bounds belong to it is known. Null for one of somebody's own.</summary>
    public static CheckInQuestion? Find(string text, QuestionKind kind) => All.SelectMany(static offered => offered.Form.Questions).FirstOrDefault(question => question.Text == text && question.Kind == kind);

    private static OfferedCheckIn Read(string file)
    {
        var parts = file[Begins.Length..^Ends.Length].Split('.');
        using var stream = typeof(OfferedCheckIns).Assembly.GetManifestResourceStream(file)!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return new OfferedCheckIn(parts[0], parts[1], CheckInQuestionnaire.Read(Resource.Read(bytes.ToArray())).Form!);
    }
}
