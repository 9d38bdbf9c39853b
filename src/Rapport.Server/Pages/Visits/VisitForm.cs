using System.Globalization;
using Rapport.Records;

namespace Rapport.Server.Pages.Visits;

/// <summary>What a form says of a visit: with whom, when, and the questions as somebody has them in front of them.</summary>
public sealed record VisitForm
{
    /// <summary>The reference of somebody whom the page offers; empty for nobody of them.</summary>
    public string Who { get; init; } = "";

    /// <summary>With whom, in the patient's words.</summary>
    public string With { get; init; } = "";

    /// <summary>The day as it was typed.</summary>
    public string On { get; init; } = "";

    /// <summary>The questions, with what was typed.</summary>
    public IReadOnlyList<VisitQuestion> Questions { get; init; } = [];

    /// <summary>A question that is being added.</summary>
    public string Add { get; init; } = "";

    /// <summary>The version of the list that was in front of them.</summary>
    public long Version { get; init; }

    /// <summary>Tells a form that is sent again from another one.</summary>
    public string Once { get; init; } = FormKey.New();

    /// <summary>The day; null where none was typed.</summary>
    public DateOnly? Day => DateOnly.TryParseExact(On, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    /// <summary>What is wrong, by field.</summary>
    public Dictionary<string, string> Problems()
    {
        Dictionary<string, string> problems = [];
        if (On.Length > 0 && Day is null)
        {
            problems["on"] = VisitPagesText.DayProblem;
        }

        if (With.Length > VisitPlan.MostWith)
        {
            problems["with"] = Say.Fill(VisitPagesText.WithProblem, Say.Number(VisitPlan.MostWith));
        }

        for (var i = 0; i < Questions.Count; i++)
        {
            if (Questions[i].Text.Length > VisitPlan.MostText)
            {
                problems[$"q{i + 1}"] = Say.Fill(VisitPagesText.TooLong, Say.Number(VisitPlan.MostText));
            }
        }

        if (Add.Length > VisitPlan.MostText)
        {
            problems["add"] = Say.Fill(VisitPagesText.TooLong, Say.Number(VisitPlan.MostText));
        }

        return problems;
    }

    /// <summary>The form of a list as it is kept.</summary>
    public static VisitForm Of(PreparedVisit visit) => new()
    {
        Who = visit.Plan.WithReference ?? "",
        With = visit.Plan.WithReference is null ? visit.Plan.With ?? "" : "",
        On = visit.Plan.On?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "",
        Questions = visit.Plan.Questions,
        Version = visit.Version,
    };

    /// <summary>What was sent.</summary>
    /// <param name="form">The fields.</param>
    /// <param name="known">The questions that are kept: where each comes from is no field's to say.</param>
    public static VisitForm Read(IFormCollection form, IReadOnlyList<VisitQuestion> known)
    {
        List<VisitQuestion> questions = [];
        foreach (var (text, key) in form["text"].Zip(form["key"]).Take(VisitPlan.MostQuestions))
        {
            var kept = string.IsNullOrEmpty(key) ? null : known.FirstOrDefault(question => question.Key == key);
            var words = OneLine.Of(text ?? "").Cut(2 * VisitPlan.MostText);

            // A question without words is taken out.
            if (words.Length > 0)
            {
                questions.Add(kept is null ? new VisitQuestion(words) : kept with { Text = words });
            }
        }

        return new VisitForm
        {
            Who = form["who"].ToString() is { Length: <= 400 } who ? who : "",
            With = OneLine.Of(form["with"].ToString()).Cut(2 * VisitPlan.MostText),
            On = form["on"].ToString() is { Length: <= 20 } day ? day.Trim() : "",
            Add = OneLine.Of(form["add"].ToString()).Cut(2 * VisitPlan.MostText),
            Version = long.TryParse(form["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0,
            Once = FormKey.Of(form["once"].ToString()),
            Questions = questions,
        };
    }
}
