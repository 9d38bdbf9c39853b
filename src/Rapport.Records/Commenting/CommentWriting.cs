using Rapport.Data;

namespace Rapport.Records;

/// <summary>What somebody writes as a comment.</summary>
/// <param name="Text">The words: at most <see cref="Comment.MostText"/> letters.</param>
/// <param name="Key">Random, made with the form that they are written in: the same words sent twice with one are one comment.</param>
public readonly record struct CommentWords(string Text, string Key)
{
    /// <summary>A key for a form.</summary>
    public static string NewKey() => Guid.CreateVersion7().ToString();
}

/// <summary>Writes comments, each as a source of its own. Stateless.</summary>
internal static class CommentWriting
{
    /// <summary>The current row of an entry that can be commented on; null when there is none.</summary>
    internal static int? RowOf(CompartmentState state, string type, LocalId local) =>
        Comment.IsPossibleOn(type) && local != default && state.Index.RowOf(local) is >= 0 and var row && state.Index.TypeOf(row) == type && !state.Index.IsComment(row) ? row : null;

    /// <summary>Writes a comment, once for each form that is sent with it; nothing when the entry is not there any more.</summary>
    /// <param name="services">What the parts of this module share.</param>
    /// <param name="writing">How the record is changed.</param>
    /// <param name="on">Type and id of the entry.</param>
    /// <param name="words">The words, and the key of the form that they came with.</param>
    /// <param name="by">Who writes it: their reference, and their name as others are told it.</param>
    /// <param name="source">What the patient knows it by where sources are told.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <returns>Whether it stands there.</returns>
    internal static async Task<bool> WriteAsync(
        RecordServices services, OwnWriting writing, (string Type, LocalId Local) on, CommentWords words, (string Reference, string Name) by, string source, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(words.Text.Length, Comment.MostText, nameof(words));
        var (isThere, anew) = (false, LocalId.New());
        var outcome = await writing.GatherAsync(
            new SourceDescription(CommentingAccess.Kind, source) { Note = CommentingAccess.Note },
            view =>
            {
                var known = services.IdOf("comment", $"{view.Patient}.{on.Local} {by.Reference} {words.Key}\n{words.Text}");
                isThere = RowOf(view.State, on.Type, on.Local) is not null && view.State.Index.RowOf(known) >= 0;

                // What was sent with a form before and is gone meanwhile is written anew.
                var id = view.State.Index.LastRowOf(known) < 0 ? known : anew;
                return ValueTask.FromResult(new GatheringPlan(
                    isThere || RowOf(view.State, on.Type, on.Local) is null ? []
                    : [new EntryDraft(id, 1, Comment.Write(view.Patient.ToString(), id, $"{on.Type}/{view.Patient}.{on.Local}", words.Text, by, view.Now), 0, 0)]));
            },
            cancel);
        return outcome.Source is not null || (isThere && !outcome.NotPermitted);
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
