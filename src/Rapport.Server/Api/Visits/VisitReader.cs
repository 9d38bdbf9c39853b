using System.Globalization;
using System.Text.Json;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages;
using Rapport.Server.Visits;

namespace Rapport.Server.Api.Visits;

/// <summary>What a script says of a list of questions.</summary>
/// <param name="Version">The version it has read; 0 for a new list.</param>
/// <param name="With">With whom; null for nothing said.</param>
/// <param name="On">When; null for nothing said.</param>
/// <param name="Questions">The questions, each with the key that it names; null where none are sent.</param>
internal sealed record VisitAsked(long Version, string? With, DateOnly? On, IReadOnlyList<(string Text, string? Key)>? Questions)
{
    /// <summary>What the list says then.</summary>
    /// <param name="known">As it is.</param>
    /// <param name="draft">What is offered now.</param>
    public VisitPlan PlanOf(VisitPlan known, VisitDraft draft)
    {
        var kept = known.Questions.Concat(draft.Offered.Concat(draft.Private).Select(VisitWords.Kept)).Where(static question => question.Key is not null).DistinctBy(static question => question.Key).ToDictionary(static question => question.Key!);
        return new VisitPlan
        {
            With = With,
            WithReference = With is not null && With == known.With ? known.WithReference : null,
            On = On,
            Questions = [.. (Questions ?? []).Select(asked => asked.Key is not null && kept.TryGetValue(asked.Key, out var before) ? before with { Text = asked.Text } : new VisitQuestion(asked.Text))],
        };
    }
}

/// <summary>Reads what scripts send to visits, strictly: what is not understood is told.</summary>
internal static class VisitReader
{
    private const int MostKey = 400;

    /// <summary>A list to make or change, or what is wrong with it.</summary>
    /// <param name="body">The body.</param>
    /// <param name="isChange">Whether it changes a list, all of it.</param>
    public static (VisitAsked? Asked, string? Problem) Read(JsonElement body, bool isChange)
    {
        string[] known = isChange ? ["version", "with", "on", "questions"] : ["with", "on", "questions"];
        if (body.ValueKind != JsonValueKind.Object)
        {
            return (null, "the body is no object");
        }

        if (body.EnumerateObject().Select(static property => property.Name).FirstOrDefault(name => !known.Contains(name)) is { } unknown)
        {
            return (null, $"`{Failure.Short(unknown)}` is not known here: there are {string.Join(", ", known.Select(static name => $"`{name}`"))}");
        }

        var version = 0L;
        if (isChange && !(body.TryGetProperty("version", out var said) && said.ValueKind == JsonValueKind.Number && said.TryGetInt64(out version) && version > 0))
        {
            return (null, "`version` is the number of the version that you read");
        }

        string? with = null;
        if (body.TryGetProperty("with", out var who) && (with = Line(who, VisitPlan.MostWith)) is null)
        {
            return (null, $"`with` says with whom: 1 to {VisitPlan.MostWith} letters on one line");
        }

        DateOnly? on = null;
        if (body.TryGetProperty("on", out var when))
        {
            if (when.ValueKind != JsonValueKind.String || !DateOnly.TryParseExact(when.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            {
                return (null, "`on` is a day, such as `2026-07-02`");
            }

            on = day;
        }

        List<(string, string?)>? questions = null;
        if (body.TryGetProperty("questions", out var list))
        {
            questions = Questions(list);
        }

        return questions is null && (isChange || body.TryGetProperty("questions", out _))
            ? (null, $"`questions` is a list of at most {VisitPlan.MostQuestions} of `{{\"text\":…,\"key\":…}}`, each text 1 to {VisitPlan.MostText} letters on one line, `key` only where you read one")
            : (new VisitAsked(version, with, on, questions), null);
    }

    private static List<(string, string?)>? Questions(JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > VisitPlan.MostQuestions)
        {
            return null;
        }

        List<(string, string?)> questions = [];
        foreach (var item in list.EnumerateArray())
        {
            string? key = null;
            if (item.ValueKind != JsonValueKind.Object || item.EnumerateObject().Any(static property => property.Name is not ("text" or "key")) || !item.TryGetProperty("text", out var text) || Line(text, VisitPlan.MostText) is not { } words
                || (item.TryGetProperty("key", out var named) && (key = Line(named, MostKey)) is null))
            {
                return null;
            }

            questions.Add((words, key));
        }

        return questions;
    }

    private static string? Line(JsonElement text, int most) => text.ValueKind == JsonValueKind.String && text.GetString() is { } said && said.Length <= most && OneLine.Of(said) is { Length: > 0 } line && line.Length <= most ? line : null;
}
