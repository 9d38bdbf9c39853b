using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Requests;

namespace Rapport.Server.Tests.Pages;

/// <summary>The way to ask, gone through as people do.</summary>
internal static class RequestWalk
{
    /// <summary>Why a doctor asks.</summary>
    public const string Reason = "You come to my clinic next week. With your results I can prepare.";

    /// <summary>Asks somebody, from the page of requests, for what is proposed.</summary>
    public static async Task AskAsync(this Visitor visitor, string to, string aim, string reason = Reason)
    {
        await visitor.GoAsync("/requests");
        await visitor.FollowAsync(RequestText.AskSomeone);
        await visitor.FollowAsync(aim);
        await visitor.FillInAsync(to, reason);
        await visitor.ClickAsync(RequestText.Send);
    }

    /// <summary>Fills in what is not proposed.</summary>
    public static async Task FillInAsync(this Visitor visitor, string to, string reason = Reason)
    {
        await visitor.Page.GetByLabel(RequestText.To).FillAsync(to);
        await visitor.Page.GetByLabel(RequestText.Why).FillAsync(reason);
    }

    /// <summary>A kind as a page shows it.</summary>
    public static string Of(string kind) => Kind.Find(kind)!.Many;
}
