using Rapport.People;
using Rapport.Records;

namespace Rapport.Server.Pages.Requests;

/// <summary>A request, ready to be shown to who asked.</summary>
/// <param name="Request">The request.</param>
/// <param name="Shared">What the patient shares with them now; null for nothing, and unless it was granted.</param>
public sealed record SentView(SentRequest Request, SharedRecord? Shared)
{
    /// <summary>How it stands, in a word or two.</summary>
    public string State => Request.State switch
    {
        RequestState.Waiting => RequestText.StateWaiting,
        RequestState.Granted => RequestText.StateGranted,
        RequestState.NotGranted => RequestText.StateNotGranted,
        RequestState.TakenBack => RequestText.StateTakenBack,
        _ => RequestText.StateOver,
    };

    /// <summary>When it was asked, and what became of it when.</summary>
    public string Days => Request.State switch
    {
        RequestState.Waiting => Told(RequestText.AskedUntil, Request.EndsAt),
        RequestState.Granted => Told(RequestText.AskedGranted, Request.AnsweredAt),
        RequestState.NotGranted => Told(RequestText.AskedNotGranted, Request.AnsweredAt),
        RequestState.TakenBack => Told(RequestText.AskedTakenBack, Request.AnsweredAt),
        _ => Told(RequestText.AskedOver, Request.EndsAt),
    };

    /// <summary>The colour of <see cref="State"/>.</summary>
    public string Tone => Request.State == RequestState.Granted ? "good" : "";

    private string Told(string text, DateTimeOffset? then) => Say.Fill(text, Say.Day(Request.At), Say.Day(then ?? Request.At));
}
