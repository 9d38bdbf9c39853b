using Rapport.Data;

namespace Rapport.Records;

/// <summary>Writes comments, each as a source of its own. Stateless.</summary>
internal static class CommentWriting
{
    /// <summary>The current row of an entry that can be commented on; null when there is none.</summary>
    internal static int? RowOf(CompartmentState state, string type, LocalId local) =>
        Comment.IsPossibleOn(type) && local != default && state.Index.RowOf(local) is >= 0 and var row && state.Index.TypeOf(row) == type && !state.Index.IsComment(row) ? row : null;

    /// <summary>Writes a comment; nothing when the entry is not there any more.</summary>
    /// <param name="writing">How the record is changed.</param>
    /// <param name="on">Type and id of the entry.</param>
    /// <param name="text">The words.</param>
    /// <param name="by">Who writes it: their reference, and their name as others are told it.</param>
    /// <param name="source">What the patient knows it by where sources are told.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    internal static Task<GatheringOutcome> WriteAsync(OwnWriting writing, (string Type, LocalId Local) on, string text, (string Reference, string Name) by, string source, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(text.Length, Comment.MostText, nameof(text));
        var id = LocalId.New();
        return writing.GatherAsync(
            new SourceDescription(CommentingAccess.Kind, source) { Note = CommentingAccess.Note },
            view => ValueTask.FromResult(new GatheringPlan(
                RowOf(view.State, on.Type, on.Local) is null ? []
                : [new EntryDraft(id, 1, Comment.Write(view.Patient.ToString(), id, $"{on.Type}/{view.Patient}.{on.Local}", text, by, view.Now), 0, 0)])),
            cancel);
    }

    /// <summary>The source that a comment is; null when there is no such comment, or it came in another way.</summary>
    internal static async Task<Source?> SourceOfAsync(RecordServices services, Compartment compartment, LocalId comment, CancellationToken cancel)
    {
        var state = await services.FreshAsync(compartment, cancel);
        if (state.Index.RowOf(comment) is not (>= 0 and var row) || !state.Index.IsComment(row))
        {
            return null;
        }

        var rows = await services.Store.ReadSourcesAsync(compartment.Id, cancel);
        return rows.Find(known => known.Number == state.Index.SourceOf(row)) is { } stored && SourceEncoding.Open(compartment, stored) is { Description.Kind: CommentingAccess.Kind, TakenBackAt: null } source ? source : null;
    }
}
