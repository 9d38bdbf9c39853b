using Rapport.Conversations;
using Rapport.Server.Pages.Conversations;

namespace Rapport.Server.Pages.CheckIns;

/// <summary>What leads from a line of a conversation to its check-in.</summary>
/// <param name="Href">Where.</param>
/// <param name="Label">What it says.</param>
public sealed record CheckInLink(string Href, string Label)
{
    /// <summary>The way from a line; null where there is none for whoever looks.</summary>
    public static CheckInLink? Of(TalkView view, TalkLine line) => line.Line switch
    {
        CheckInAskedLine => new(CheckInPlaces.Of(view.Id, line.Seq), CheckInText.See),
        CheckInAnsweredLine answered when answered.Asked >= view.From => new(CheckInPlaces.Of(view.Id, answered.Asked), CheckInText.SeeAnswers),
        _ => null,
    };
}

/// <summary>What check-ins say in plain words.</summary>
internal static class CheckInWords
{
    /// <summary>How many questions, and how long they take.</summary>
    public static string HowLong(int questions, int minutes) => Say.Fill(CheckInText.HowLong, Say.Count(CheckInText.QuestionCount, questions), Say.Count(CheckInText.MinuteCount, minutes));

    /// <summary>What waits, in a list.</summary>
    public static string Waits(RunningCheckIn running) => Say.Fill(CheckInText.WaitsChip, running.Title, HowLong(running.Questions, running.Minutes));

    /// <summary>What happened, where it is about a check-in; null for all else.</summary>
    public static string? Notice(ConversationLine line) => line switch
    {
        CheckInAskedLine asked => Say.Fill(CheckInText.Asked, asked.By.Name, asked.Title, HowLong(asked.Questions, asked.Minutes)),
        CheckInAnsweredLine { Title: "" } => Say.Fill(CheckInText.AnsweredBefore, line.By.Name),
        CheckInEndedLine { Title: "", IsDeclined: true } => Say.Fill(CheckInText.DeclinedBefore, line.By.Name),
        CheckInEndedLine { Title: "" } => Say.Fill(CheckInText.TakenBackBefore, line.By.Name),
        CheckInAnsweredLine answered => Say.Fill(CheckInText.Answered, answered.By.Name, answered.Title),
        CheckInEndedLine { IsDeclined: true } declined => Say.Fill(CheckInText.Declined, declined.By.Name, declined.Title),
        CheckInEndedLine taken => Say.Fill(CheckInText.TakenBack, taken.By.Name, taken.Title),
        _ => null,
    };

    /// <summary>How something is answered.</summary>
    public static string Of(QuestionKind kind) => kind switch
    {
        QuestionKind.Choice => CheckInText.KindChoice,
        QuestionKind.Scale => CheckInText.KindScale,
        QuestionKind.Number => CheckInText.KindNumber,
        QuestionKind.Words => CheckInText.KindWords,
        _ => CheckInText.KindYesNo,
    };

    /// <summary>How often.</summary>
    public static string Of(CheckInEvery every) => every switch
    {
        CheckInEvery.Day => CheckInText.EveryDay,
        CheckInEvery.Week => CheckInText.EveryWeek,
        CheckInEvery.Month => CheckInText.EveryMonth,
        _ => CheckInText.EveryOnce,
    };

    /// <summary>When it can be answered.</summary>
    public static string Of(CheckInTimes times) => Say.Fill(
        times.Every switch
        {
            CheckInEvery.Day => CheckInText.TimesDay,
            CheckInEvery.Week => CheckInText.TimesWeek,
            CheckInEvery.Month => CheckInText.TimesMonth,
            _ => CheckInText.TimesOnce,
        },
        Say.Day(times.First),
        Say.Day(times.Last));

    /// <summary>An answer as people read it.</summary>
    public static string Answer(CheckInQuestion question, string text) => question.Kind switch
    {
        QuestionKind.YesNo => text == "true" ? CheckInText.Yes : CheckInText.No,
        QuestionKind.Scale => Say.Number(text),
        QuestionKind.Number => question.Unit is { } unit ? $"{Say.Number(text)} {unit}" : Say.Number(text),
        _ => text,
    };

    /// <summary>What is wrong with an answer.</summary>
    public static string Of(AnswerProblem problem, CheckInQuestion question) => problem switch
    {
        AnswerProblem.Missing => CheckInText.ProblemMissing,
        AnswerProblem.NotOffered => CheckInText.ProblemNotOffered,
        AnswerProblem.OutOfBounds when question is { Least: { } least, Most: { } most } => Say.Fill(CheckInText.ProblemBounds, Number(least), Number(most)),
        AnswerProblem.NotReadable => CheckInText.ProblemLong,
        _ => CheckInText.ProblemNoNumber,
    };

    /// <summary>Who asked: a team by its name, anybody else by theirs.</summary>
    public static string AskerOf(TalkView view, CheckIn checkIn) => TalkWords.NameOf(view.State, checkIn.By.As);

    private static string Number(decimal number) => Say.Number(number.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
