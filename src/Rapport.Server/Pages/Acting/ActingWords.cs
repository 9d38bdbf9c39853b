using Rapport.Consent;

namespace Rapport.Server.Pages.Acting;

/// <summary>What somebody may do for a patient, in plain words.</summary>
internal static class ActingWords
{
    /// <summary>What somebody may do, inside a sentence: a parent whom no kinds limit is not told of a part. What is a child's own at its age goes without saying.</summary>
    /// <param name="actions">What they may do.</param>
    /// <param name="isParental">Whether as a parent or guardian.</param>
    /// <param name="isOfKinds">Whether some kinds alone are theirs to see.</param>
    public static string May(IReadOnlyCollection<string> actions, bool isParental, bool isOfKinds) =>
        Say.Fill(isParental && !isOfKinds ? ActingText.SeesAsParentAnd : ActingText.SeesAnd, Does(actions, isParental));

    /// <summary>What is more than seeing, inside a sentence about somebody.</summary>
    /// <param name="actions">What they may do.</param>
    /// <param name="isParental">Whether as a parent or guardian, who shares with more than doctors.</param>
    public static string Does(IReadOnlyCollection<string> actions, bool isParental = false) =>
        actions.Select(action => isParental && action == ConsentAction.ShareOn ? ActingText.DoesShare : DoesOne(action)).OfType<string>().ToList() is { Count: > 0 } said ? Say.List(said) : ActingText.DoesNothingMore;

    /// <summary>The name of an action that can be chosen.</summary>
    public static string Choice(string action) => action switch
    {
        ConsentAction.Comment => ActingText.ChooseComment,
        ConsentAction.Converse => ActingText.ChooseConverse,
        ConsentAction.Correct => ActingText.ChooseCorrect,
        ConsentAction.ShareOn => ActingText.ChooseShareOn,
        _ => ActingText.ChooseCollect,
    };

    /// <summary>What it means.</summary>
    public static string About(string action) => action switch
    {
        ConsentAction.Comment => ActingText.ChooseCommentAbout,
        ConsentAction.Converse => ActingText.ChooseConverseAbout,
        ConsentAction.Correct => ActingText.ChooseCorrectAbout,
        ConsentAction.ShareOn => ActingText.ChooseShareOnAbout,
        _ => ActingText.ChooseCollectAbout,
    };

    private static string? DoesOne(string action) => action switch
    {
        ConsentAction.Collect => ActingText.DoesCollect,
        ConsentAction.Comment => ActingText.DoesComment,
        ConsentAction.Converse => ActingText.DoesConverse,
        ConsentAction.Correct => ActingText.DoesCorrect,
        ConsentAction.ShareOn => ActingText.DoesShareOn,
        _ => null,
    };
}
