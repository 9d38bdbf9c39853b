using System.Globalization;
using Rapport.Conversations;
using Rapport.Server.Pages.Conversations;

namespace Rapport.Server.Pages.CheckIns;

/// <summary>Answers as somebody has them in a form.</summary>
/// <param name="Typed">What was given, by the number of the question from 0.</param>
/// <param name="Once">Tells sending the same form again from another answer.</param>
/// <param name="IsSure">Whether whoever answers was asked and says that it is no emergency.</param>
public sealed record AnswerDraft(IReadOnlyDictionary<int, string> Typed, string Once, bool IsSure)
{
    /// <summary>Nothing answered yet.</summary>
    public static AnswerDraft Empty() => new(new Dictionary<int, string>(), MessageDraft.Empty().Once, false);

    /// <summary>What a form sent.</summary>
    public static AnswerDraft Read(IFormCollection form)
    {
        Dictionary<int, string> typed = [];
        for (var i = 0; i < CheckInForm.MostQuestions; i++)
        {
            if (form[$"a-{i}"].ToString() is { Length: > 0 } given)
            {
                // Somewhat more than can be sent comes back to be made shorter.
                typed[i] = MessageDraft.Lines(given.Length > 2 * CheckInForm.MostWords ? given[..(2 * CheckInForm.MostWords)] : given);
            }
        }

        return new AnswerDraft(typed, MessageDraft.Read(form).Once, form["sure"] == "yes");
    }

    /// <summary>The answers that it has, and what is wrong by the number of the question.</summary>
    public (CheckInAnswers Answers, IReadOnlyDictionary<int, string> Problems) Check(CheckInForm form)
    {
        var places = form.Questions.Index().ToDictionary(static one => one.Item.Id, static one => one.Index);
        var (answers, wrong) = CheckInAnswers.Read(form, id => Given(form.Questions[places[id]], Typed.GetValueOrDefault(places[id])));
        var problems = wrong.ToDictionary(one => places[one.Key], one => CheckInWords.Of(one.Value, form.Questions[places[one.Key]]));
        if (answers.IsEmpty && problems.Count == 0)
        {
            problems[0] = CheckInText.ProblemNothing;
        }

        return (answers, problems);
    }

    /// <summary>What can be chosen is sent by its number.</summary>
    private static string? Given(CheckInQuestion question, string? typed) => question.Kind != QuestionKind.Choice ? typed
        : int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < question.Options.Count ? question.Options[number].Text : typed;
}
