using System.Globalization;
using Rapport.Conversations;
using Rapport.Fhir;
using Rapport.Server.Pages.Conversations;

namespace Rapport.Server.Pages.CheckIns;

/// <summary>A question as somebody has it in the form.</summary>
/// <param name="Text">What is asked.</param>
/// <param name="Kind">How it is answered.</param>
/// <param name="Options">The answers to choose from, one on each line.</param>
/// <param name="Unit">The unit of a number.</param>
/// <param name="IsRequired">Whether it must be answered.</param>
public sealed record AskedQuestion(string Text, QuestionKind Kind, string Options, string Unit, bool IsRequired)
{
    /// <summary>Nothing written yet.</summary>
    public static AskedQuestion Empty { get; } = new("", QuestionKind.YesNo, "", "", true);
}

/// <summary>A check-in that somebody wants to ask for, as they have it in the form.</summary>
/// <param name="Title">What it is called.</param>
/// <param name="Questions">What is asked, empty ones among them.</param>
/// <param name="Every">How often.</param>
/// <param name="Until">Until which day, as it was typed.</param>
/// <param name="Once">Tells sending the same form again from another check-in.</param>
public sealed record CheckInAskForm(string Title, IReadOnlyList<AskedQuestion> Questions, CheckInEvery Every, string Until, string Once)
{
    private const int AtFirst = 3, MostTyped = 2_000;

    /// <summary>Nothing written yet.</summary>
    public static CheckInAskForm Empty() => new("", [.. Enumerable.Repeat(AskedQuestion.Empty, AtFirst)], CheckInEvery.Once, "", MessageDraft.Empty().Once);

    /// <summary>One that is offered, to be changed.</summary>
    public CheckInAskForm With(CheckInForm offered) => this with
    {
        Title = offered.Title,
        Questions = [.. offered.Questions.Select(static question => new AskedQuestion(
            question.Text, question.Kind, string.Join('\n', question.Options.Select(static option => option.Text)), question.Unit ?? "", question.IsRequired))],
    };

    /// <summary>What a form sent.</summary>
    public static CheckInAskForm Read(IFormCollection form)
    {
        List<AskedQuestion> questions = [];
        for (var i = 0; i < CheckInForm.MostQuestions && form.ContainsKey($"text-{i}"); i++)
        {
            questions.Add(new AskedQuestion(
                Typed(form, $"text-{i}"),
                Enum.TryParse<QuestionKind>(form[$"kind-{i}"], out var kind) && Enum.IsDefined(kind) ? kind : QuestionKind.YesNo,
                MessageDraft.Lines(form[$"options-{i}"].ToString().Cut(MostTyped)),
                Typed(form, $"unit-{i}"),
                form[$"required-{i}"] == "yes"));
        }

        return new CheckInAskForm(
            Typed(form, "title"),
            questions.Count == 0 ? [AskedQuestion.Empty] : questions,
            Enum.TryParse<CheckInEvery>(form["every"], out var every) && Enum.IsDefined(every) ? every : CheckInEvery.Once,
            Typed(form, "until"),
            MessageDraft.Read(form).Once);
    }

    /// <summary>The questionnaire and its times, or what is wrong by the name of the field.</summary>
    /// <param name="today">The day it is for who asks.</param>
    /// <param name="zone">Their clock.</param>
    /// <param name="own">What the team of who asks keeps.</param>
    public (Resource? Questionnaire, CheckInTimes? Times, IReadOnlyDictionary<string, string> Problems) Check(DateOnly today, TimeZoneInfo zone, IReadOnlyList<TeamQuestionnaire> own)
    {
        var (questionnaire, wrong) = Write(own);
        var times = Every == CheckInEvery.Once ? CheckInTimes.Once(today, zone)
            : DateOnly.TryParseExact(Until, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var last) ? new CheckInTimes(Every, today, last, zone.Id) : null;
        Dictionary<string, string> problems = new(wrong);
        if (times?.IsPossible != true)
        {
            problems["until"] = CheckInText.ProblemUntil;
        }

        return problems.Count > 0 ? (null, null, problems) : (questionnaire, times, problems);
    }

    /// <summary>The questionnaire, or what is wrong by the name of the field. One that the team keeps, unchanged, is that one.</summary>
    /// <param name="own">What the team of who asks keeps.</param>
    public (Resource? Questionnaire, IReadOnlyDictionary<string, string> Problems) Write(IReadOnlyList<TeamQuestionnaire> own)
    {
        Dictionary<string, string> problems = [];
        if (Title.Length is 0 or > CheckInForm.MostTitle)
        {
            problems["title"] = CheckInText.ProblemTitle;
        }

        List<CheckInQuestion> questions = [];
        foreach (var (i, asked) in Questions.Index().Where(static one => one.Item.Text.Length > 0))
        {
            if (ProblemOf(asked) is var (field, problem))
            {
                problems[$"{field}-{i}"] = problem;
            }

            questions.Add(QuestionOf(asked, $"q{questions.Count + 1}", own));
        }

        if (questions.Count == 0)
        {
            problems.TryAdd("text-0", CheckInText.ProblemNone);
        }

        if (problems.Count > 0)
        {
            return (null, problems);
        }

        if (own.FirstOrDefault(kept => kept.Form.Title == Title && With(kept.Form).Questions.SequenceEqual(Questions.Where(static asked => asked.Text.Length > 0))) is { } same)
        {
            return (same.Questionnaire, problems);
        }

        try
        {
            return (CheckInQuestionnaire.Write(new CheckInForm(Title, questions)), problems);
        }
        catch (ArgumentException)
        {
            return (null, new Dictionary<string, string> { ["title"] = CheckInText.ProblemForm });
        }
    }

    private static (string Field, string Problem)? ProblemOf(AskedQuestion asked) =>
        asked.Text.Length > CheckInForm.MostText ? ("text", CheckInText.ProblemText)
        : asked.Kind == QuestionKind.Choice && (OptionsOf(asked) is not { Count: >= 2 and <= CheckInForm.MostOptions } options || options.Any(static option => option.Length > CheckInForm.MostOption) || options.Distinct().Count() < options.Count)
            ? ("options", CheckInText.ProblemOptions)
        : asked.Kind == QuestionKind.Number && asked.Unit.Length > CheckInForm.MostUnit ? ("unit", CheckInText.ProblemUnit) : null;

    /// <summary>A question of one's own; where it is one that is offered, or that the team keeps, with the codes and bounds that belong to it.</summary>
    private static CheckInQuestion QuestionOf(AskedQuestion asked, string id, IReadOnlyList<TeamQuestionnaire> own)
    {
        var known = own.SelectMany(static kept => kept.Form.Questions).Append(OfferedCheckIns.Find(asked.Text, asked.Kind))
            .FirstOrDefault(question => question is not null && question.Text == asked.Text && question.Kind == asked.Kind && (question.Unit ?? "") == asked.Unit);
        var question = new CheckInQuestion(id, asked.Text, asked.Kind) { IsRequired = asked.IsRequired, IsWhole = known is { IsWhole: true }, Code = known?.Code };
        return asked.Kind switch
        {
            QuestionKind.Choice => question with { Options = [.. OptionsOf(asked).Select(option => known?.Options.FirstOrDefault(same => same.Text == option) ?? new CheckInOption(option))] },
            QuestionKind.Scale => question with { IsWhole = true, Least = 0, Most = CheckInForm.MostScale },
            QuestionKind.Number when asked.Unit.Length > 0 => question with { Unit = asked.Unit, UnitCode = known?.UnitCode ?? Ucum.CodeOf(asked.Unit), Least = known?.Least, Most = known?.Most },
            _ => question,
        };
    }

    private static List<string> OptionsOf(AskedQuestion asked) => [.. asked.Options.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    private static string Typed(IFormCollection form, string name) => OneLine.Of(form[name].ToString().Cut(MostTyped));
}
