using System.Globalization;
using Rapport.Records;
using Rapport.Server.Visits;

namespace Rapport.Server.Pages.Visits;

/// <summary>What a button does with the questions of a form. Pure.</summary>
internal static class VisitSteps
{
    /// <summary>The questions after a step, and the number of the one to look at; null where the step changes none.</summary>
    /// <param name="form">The form.</param>
    /// <param name="step">The button: <c>up:2</c>, <c>down:2</c>, <c>remove:2</c>, <c>add</c>, <c>take:KEY</c>; numbers from 1, of those on the page.</param>
    /// <param name="offers">What is offered now.</param>
    public static (IReadOnlyList<VisitQuestion> Questions, int? At) Do(VisitForm form, string step, VisitDraft offers)
    {
        var (questions, colon) = (form.Questions.ToList(), step.IndexOf(':', StringComparison.Ordinal));
        var (verb, what) = colon < 0 ? (step, "") : (step[..colon], step[(colon + 1)..]);
        var at = int.TryParse(what, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= questions.Count ? number - 1 : -1;
        if (form.Add.Length > 0 && questions.Count < VisitPlan.MostQuestions)
        {
            // What somebody typed is kept, whichever button they press.
            questions.Add(new VisitQuestion(form.Add));
        }

        switch (verb)
        {
            case "up" when at > 0:
                (questions[at - 1], questions[at]) = (questions[at], questions[at - 1]);
                return (questions, at);
            case "down" when at >= 0 && at + 1 < questions.Count:
                (questions[at + 1], questions[at]) = (questions[at], questions[at + 1]);
                return (questions, at + 2);
            case "remove" when at >= 0:
                questions.RemoveAt(at);
                return (questions, questions.Count == 0 ? null : Math.Min(at + 1, questions.Count));
            case "take" when questions.Count < VisitPlan.MostQuestions && questions.TrueForAll(known => known.Key != what) && offers.Offered.Concat(offers.Private).FirstOrDefault(offer => offer.Key == what) is { } taken:
                questions.Add(VisitWords.Kept(taken));
                return (questions, questions.Count);
            case "add" when form.Add.Length > 0:
                return (questions, questions.Count);
            default:
                return (questions, null);
        }
    }
}
