using System.Globalization;
using Rapport.Fhir;
using Rapport.Records;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Commenting;

/// <summary>One comment, as its reader sees it.</summary>
/// <param name="Id">The id of the entry that it is.</param>
/// <param name="By">Who wrote it, or is said to have where it came in a file; null when it does not say.</param>
/// <param name="Text">The words.</param>
/// <param name="Sent">When; null when it does not say.</param>
/// <param name="IsTheirs">Whether its reader wrote it.</param>
/// <param name="Labels">The sensitive security labels that it carries.</param>
public sealed record CommentView(string Id, string? By, string Text, DateTimeOffset? Sent, bool IsTheirs, IReadOnlyList<string> Labels)
{
    /// <summary>Whether its reader can have it gone: its author takes it back, its patient takes it out.</summary>
    public bool CanGo { get; init; }

    /// <summary>When it was written, as it is told.</summary>
    public string When => Sent is { } sent ? Say.Moment(sent) : "";

    /// <summary>The comment at a position of an answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="index">The position.</param>
    /// <param name="reader">The reference of who reads.</param>
    internal static CommentView Of(RecordAnswer answer, int index, string reader)
    {
        var root = answer.ReadResource(index).Root;
        var sender = root.TryGetChild("sender", out var found) ? found : default(Element?);
        var by = sender?.Text("display");
        var isBrought = answer.IsBrought(index);
        var words = root.All("payload").Select(static payload => payload.Text("content")).OfType<string>();
        return new CommentView(
            answer.Entries[index].Id, isBrought && by is not null ? Say.Fill(CommentText.SaidToBeFrom, by) : by, string.Join("\n", words),
            DateTimeOffset.TryParse(root.Text("sent"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var sent) ? sent : null,
            !isBrought && sender?.Text("reference") == reader, answer.Entries[index].Labels);
    }
}
