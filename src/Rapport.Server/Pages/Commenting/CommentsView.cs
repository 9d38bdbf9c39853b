using Rapport.Data;
using Rapport.Fhir;
using Rapport.Records;
using Rapport.Server.Pages.Record;

namespace Rapport.Server.Pages.Commenting;

/// <summary>The comments on an entry, as their reader sees them, and the form in which they write one.</summary>
public sealed record CommentsView
{
    /// <summary>What was done, as an address says it.</summary>
    internal const string Written = "written", TakenBack = "back", TakenOut = "out";

    /// <summary>Whose record.</summary>
    public required RecordPlace Place { get; init; }

    /// <summary>The entry, by its FHIR reference.</summary>
    public required string On { get; init; }

    /// <summary>The comments, the earliest first.</summary>
    public required IReadOnlyList<CommentView> All { get; init; }

    /// <summary>Whether the reader may write one.</summary>
    public bool MayWrite { get; init; }

    /// <summary>Whose record it is, where it is not the reader's own.</summary>
    public string? PatientName { get; init; }

    /// <summary>Whether the reader writes for the patient, and not in their own name.</summary>
    public bool IsActing { get; init; }

    /// <summary>What they typed.</summary>
    public string Typed { get; init; } = "";

    /// <summary>What is wrong with it.</summary>
    public string? Problem { get; init; }

    /// <summary>What was just done; null for nothing.</summary>
    public string? Done { get; init; }

    /// <summary>Whether there is anything to show.</summary>
    public bool IsSomething => All.Count > 0 || MayWrite || Told is not null;

    /// <summary>What was just done, in words.</summary>
    public string? Told => Done switch { Written => CommentText.DoneWritten, TakenBack => CommentText.DoneBack, TakenOut => CommentText.DoneOut, _ => null };

    /// <summary>Whether an entry can be commented on.</summary>
    internal static bool IsPossibleOn(Resource entry) => Comment.IsPossibleOn(entry.TypeName) && !Comment.Is(entry.Root);

    /// <summary>The comments in an answer about one entry of the reader's own record.</summary>
    internal static CommentsView? OfOwn(RecordAnswer answer, PatientId patient, IReadOnlyList<Source> sources, CommentDraft? draft, string? done)
    {
        if (!IsPossibleOn(answer.ReadResource(0)))
        {
            return null;
        }

        var written = sources.Where(static source => source is { Description.Kind: CommentingAccess.Kind, TakenBackAt: null }).Select(static source => source.Number).ToHashSet();
        return new CommentsView
        {
            Place = RecordPlace.Own,
            On = answer.Entries[0].Reference,
            All = [.. answer.Comments.Select(at => CommentView.Of(answer, at, $"Patient/{patient}") with { CanGo = written.Contains(answer.Entries[at].Source) })],
            MayWrite = true,
            Typed = draft?.Text ?? "",
            Problem = draft?.Problem,
            Done = done,
        };
    }

    /// <summary>The comments in an answer about one entry of somebody else's record.</summary>
    internal static CommentsView? OfShared(RecordAnswer answer, RecordPlace place, string reader, CommentingAccess? access, bool mayWrite, CommentDraft? draft, string? done) =>
        !IsPossibleOn(answer.ReadResource(0)) ? null : new CommentsView
        {
            Place = place,
            On = answer.Entries[0].Reference,
            All = [.. answer.Comments.Select(at => CommentView.Of(answer, at, reader)).Select(comment => comment with { CanGo = comment.IsTheirs && access is not null })],
            MayWrite = mayWrite,
            PatientName = access?.PatientName,
            IsActing = access?.IsActing == true,
            Typed = draft?.Text ?? "",
            Problem = draft?.Problem,
            Done = done,
        };
}
