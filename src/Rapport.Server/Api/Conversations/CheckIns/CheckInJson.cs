using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Server.Hosting;

namespace Rapport.Server.Api.Conversations.CheckIns;

/// <summary>A check-in that a script asks for.</summary>
internal sealed record CheckInAsked(Resource Questionnaire, CheckInEvery Every, DateOnly? Until, TimeZoneInfo Zone)
{
    /// <summary>It, or what is wrong with it.</summary>
    public static (CheckInAsked? Asked, string? Problem) Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object || body.EnumerateObject().Any(static property => property.Name is not ("questionnaire" or "every" or "until" or "zone")))
        {
            return (null, "the body is a JSON object of `questionnaire`, `every`, `until` and `zone`");
        }

        if (!body.TryGetProperty("questionnaire", out var given) || given.ValueKind != JsonValueKind.Object)
        {
            return (null, "`questionnaire` is a FHIR R4 Questionnaire");
        }

        var read = Resource.Parse(Encoding.UTF8.GetBytes(given.GetRawText()));
        if (read.Resource is null)
        {
            var issue = read.Issues.First(static issue => issue.Severity != IssueSeverity.Warning);
            return (null, $"`questionnaire` is not valid at `{Failure.Short(issue.Location)}`: {issue.Text}");
        }

        var (form, problem) = CheckInQuestionnaire.Read(read.Resource);
        if (form is null)
        {
            return (null, $"`questionnaire`: {problem}");
        }

        CheckInEvery? every = (Text(body, "every") ?? "once") switch
        {
            "once" => CheckInEvery.Once,
            "day" => CheckInEvery.Day,
            "week" => CheckInEvery.Week,
            "month" => CheckInEvery.Month,
            _ => null,
        };
        if (every is not { } often)
        {
            return (null, "`every` is one of `once`, `day`, `week`, `month`");
        }

        DateOnly? until = null;
        if (Text(body, "until") is { } day)
        {
            until = DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var last) ? last : null;
        }

        if ((until is null) == (often != CheckInEvery.Once))
        {
            return (null, "`until` is the last day, such as `2026-07-01`, where it is not asked `once`");
        }

        var zone = Text(body, "zone") is { } named ? TimeZones.Find(named) : TimeZones.Current;
        return zone is null ? (null, "`zone` is a time zone by its IANA name, such as `Europe/Madrid`") : (new CheckInAsked(CheckInQuestionnaire.Write(form), often, until, zone), null);
    }

    private static string? Text(JsonElement body, string name) => body.TryGetProperty(name, out var child) && child.ValueKind != JsonValueKind.Null ? child.ValueKind == JsonValueKind.String ? child.GetString() : "" : null;
}

/// <summary>The check-ins that go on in a conversation.</summary>
internal sealed record CheckInList(IReadOnlyList<CheckInTold> CheckIns);

/// <summary>A check-in.</summary>
/// <param name="Id">Its number in the conversation.</param>
/// <param name="Title">What it is called.</param>
/// <param name="Asker">The reference of who asks.</param>
/// <param name="Every"><c>once</c>, <c>day</c>, <c>week</c> or <c>month</c>.</param>
/// <param name="From">The first day.</param>
/// <param name="Until">The last day.</param>
/// <param name="Zone">The time zone of the days.</param>
/// <param name="Running">Whether it goes on.</param>
/// <param name="Waits">Which of its times waits to be answered now, from 0; left out for none.</param>
/// <param name="Questionnaire">What is asked; left out in lists.</param>
/// <param name="Answers">What was answered; left out in lists.</param>
internal sealed record CheckInTold(
    string Id, string Title, string Asker, string Every, DateOnly From, DateOnly Until, string Zone, bool Running, int? Waits, JsonElement? Questionnaire = null, IReadOnlyList<AnswerTold>? Answers = null)
{
    internal static CheckInTold Of(RunningCheckIn running, DateTimeOffset now) =>
        Of(running.Seq, running.Title, running.Asker, running.Times, !running.IsOver(now), running.WaitsAt(now));

    internal static CheckInTold Of(ConversationId id, CheckIn checkIn) => Of(checkIn.Seq, checkIn.Form.Title, checkIn.By.As, checkIn.Times, checkIn.IsRunning, checkIn.Waits) with
    {
        Questionnaire = JsonElement.Parse(checkIn.Questionnaire.Json.Span),
        Answers = [.. checkIn.Answers.Select((answer, number) => new AnswerTold(answer.Time, answer.At, answer.By.Name, $"{ConversationEndpoints.Path}/{id}/check-ins/{checkIn.Seq}/answers/{number}"))],
    };

    private static CheckInTold Of(long seq, string title, string asker, CheckInTimes times, bool isRunning, int? waits) =>
        new(seq.ToString(CultureInfo.InvariantCulture), title, asker, times.Every.ToString().ToLowerInvariant(), times.First, times.Last, times.Zone, isRunning, waits);
}

/// <summary>An answer to a check-in: where it is read, as far as it is shared with the caller.</summary>
/// <param name="Time">Which of the check-in's times, from 0.</param>
/// <param name="At">When it was given.</param>
/// <param name="By">The name of who gave it.</param>
/// <param name="Href">Where its QuestionnaireResponse is read.</param>
internal sealed record AnswerTold(int Time, DateTimeOffset At, string By, string Href);

/// <summary>A check-in that was asked for.</summary>
internal sealed record CheckInMade(string Id);

/// <summary>An answer that was stored.</summary>
/// <param name="Urgent">That its words may mean an emergency: to be shown to whoever wrote them.</param>
internal sealed record AnswerMade(UrgentTold Urgent);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CheckInList))]
[JsonSerializable(typeof(CheckInTold))]
[JsonSerializable(typeof(CheckInMade))]
[JsonSerializable(typeof(AnswerMade))]
internal sealed partial class CheckInJson : JsonSerializerContext;
