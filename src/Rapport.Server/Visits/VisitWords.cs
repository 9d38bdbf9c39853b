using Rapport.Records;

namespace Rapport.Server.Visits;

/// <summary>A list of questions as a text.</summary>
internal static class VisitWords
{
    /// <summary>What is sent: the questions with their numbers, and nothing else.</summary>
    public static string Message(VisitPlan plan) => string.Join('\n', plan.Questions.Select(static (question, i) => $"{i + 1}. {question.Text}").Prepend(plan.On is { } day ? Say.Fill(VisitText.Heading, Say.Day(day)) : VisitText.HeadingOnly));

    /// <summary>What a conversation about it is about.</summary>
    public static string Subject(VisitPlan plan) => plan.On is { } day ? Say.Fill(VisitText.SubjectOn, Say.Day(day)) : VisitText.Subject;

    /// <summary>A question that was offered, as it is kept.</summary>
    public static VisitQuestion Kept(OfferedQuestion offered) => new(offered.Text.Shorten(VisitPlan.MostText))
    {
        Why = offered.Why,
        Key = offered.Key,
        Entry = offered.Entry,
        Message = offered.Message,
    };
}
