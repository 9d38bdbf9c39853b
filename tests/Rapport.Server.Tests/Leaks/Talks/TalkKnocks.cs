namespace Rapport.Server.Tests.Leaks.Talks;

/// <summary>Requests of whoever sees a part of a patient's conversations, and of who sees nothing of them.</summary>
internal static class TalkKnocks
{
    private static readonly string[] Programs = ["wes-token", "mal-token", "narrow-token", "nobody"];
    private static readonly string[] Browsers = ["wes-page", "wes-page-es", "mal-page", "nobody"];

    /// <summary>What changes nothing.</summary>
    /// <param name="words">Words to look for: of what is seen and of what is not.</param>
    public static IEnumerable<Knock> Looks(IReadOnlyList<string> words)
    {
        string[] names = [TalkPlan.Open, TalkPlan.Other, TalkPlan.Another];
        string[] ids = [.. names.Select(static name => $"<{name}>")];
        string[] api = ["/api/conversations", "/api/conversations/x/messages", "/api/teams", "/api/teams/<team-id>/conversations", "/api/teams/<team-id>/conversations?show=all", "/api/teams/<team-id>/templates", "/api/teams/<team-id>/absences", "/api/teams/<team-id>/figures",
            .. ids.SelectMany(static id => (string[])[$"/api/conversations/{id}/messages", $"/api/conversations/{id}/messages?after=0&count=1", $"/api/conversations/{id}/messages?after=3",
            $"/api/conversations/{id}/messages/2/attached/0", $"/api/conversations/{id}/messages/3/attached/0", $"/api/conversations/{id}/draft", $"/api/conversations/{id}/check-ins", $"/api/conversations/{id}/check-ins/2", $"/api/conversations/{id}/check-ins/3/answers/0"]),
            .. names.SelectMany(static name => (string[])[$"/api/conversations/<{name}>/check-ins/<asked-{name}>", $"/api/conversations/<{name}>/check-ins/<asked-{name}>/answers/0", $"/api/conversations/<{name}>/check-ins/<asked-{name}>/answers/1", $"/api/conversations/<{name}>/files/<file-{name}>/0",
                $"/fhir/QuestionnaireResponse/<answer-{name}>", $"/fhir/QuestionnaireResponse/<answer-{name}>/_history"]),
            "/fhir/QuestionnaireResponse?patient=<ada-record>", "/fhir/QuestionnaireResponse?patient=<ada-record>&questionnaire=urn:x-test:asked", "/fhir/Patient/<ada-record>/$everything", "/fhir/Consent?patient=<ada-record>", "/fhir/Questionnaire?_count=5"];
        string[] pages =
        [
            "/conversations", "/conversations?page=2", "/conversations/new", "/conversations/new?about=<ada-record>", "/conversations/team", "/conversations/team?show=all", "/conversations/team?show=unread", "/conversations/reports", "/conversations/reports/queue", "/circle", "/shared", "/shared/<ada-record>", "/shared/<ada-record>?for=PWATRNY", "/shared/<ada-record>/summary?for=PWATRNY", "/acting/<ada-record>", "/acting/<ada-record>/visit?all=1", "/account/offline", "/account/offline/copy", "/account/notices",
            .. words.Select(static word => $"/conversations?find={word}"),
            .. ids.SelectMany(static id => (string[])[$"/conversations/{id}?from=1", $"/conversations/{id}?from=3", $"/conversations/{id}", $"/conversations/{id}/people", $"/conversations/{id}/correct/2", $"/conversations/{id}/correct/3", $"/conversations/{id}/report/2", $"/conversations/{id}/report/4",
                $"/conversations/{id}/check-ins/new", $"/conversations/{id}/check-ins/2", $"/conversations/{id}/check-ins/3/answer",
                $"/conversations/{id}/attached/2/0", $"/conversations/{id}/attached/3/0"]),
            .. names.SelectMany(static name => (string[])[$"/conversations/<{name}>/check-ins/<asked-{name}>", $"/conversations/<{name}>/check-ins/<asked-{name}>/answer", $"/conversations/<{name}>/files/<file-{name}>/0", $"/conversations/<{name}>/files/waiting/<waiting-{name}>",
                $"/shared/<ada-record>/QuestionnaireResponse/<answer-{name}>", $"/shared/<ada-record>/QuestionnaireResponse/<answer-{name}>?for=PWATRNY"]),
        ];
        return [.. from path in api from who in Programs select new Knock("talks", who, path), .. from path in pages from who in Browsers select new Knock("talks", who, path)];
    }

    /// <summary>What would change something: the path, and the fields of its form.</summary>
    public static IEnumerable<(string Path, (string Name, string Value)[] Fields)> Acts()
    {
        foreach (var id in new[] { $"<{TalkPlan.Other}>", $"<{TalkPlan.Another}>" })
        {
            yield return ($"/conversations/{id}", [("text", "hello"), ("once", "k"), ("step", "send"), ("sure", "yes")]);
            yield return ($"/conversations/{id}/correct/2", [("text", "hello"), ("step", "send"), ("sure", "yes")]);
            yield return ($"/conversations/{id}/check-ins/new", [("title", "hello"), ("text-0", "hello"), ("once", "k"), ("step", "ask")]);
            yield return ($"/conversations/{id}/check-ins/2/answer", [("a-0", "true"), ("once", "k"), ("step", "send")]);
            yield return ($"/conversations/{id}/check-ins/2/end", []);
            yield return ($"/conversations/{id}/check-ins/<asked-{id[1..]}/answer", [("a-0", "hello"), ("once", "k"), ("step", "send")]);
            yield return ($"/conversations/{id}/check-ins/<asked-{id[1..]}/end", []);
            yield return ($"/conversations/{id}/files/<file-{id[1..]}/0/keep", []);
            foreach (var act in new[] { "people", "remove", "leave", "end", "clear", "take", "close" })
            {
                yield return ($"/conversations/{id}/{act}", [("with", "RelatedPerson/<mal>"), ("member", "RelatedPerson/<hid>"), ("step", "add")]);
            }
        }

        yield return ("/conversations/new", [("find", "<adaname>"), ("subject", "x"), ("topic", "General"), ("step", "find")]);
        yield return ("/conversations/new", [("find", "nobody-of-this-name"), ("subject", "x"), ("topic", "General"), ("step", "find")]);
        foreach (var to in new[] { "<ada>", "<lee>", "<hid>", "<mal>" })
        {
            yield return ("/conversations/new", [("about", "<ada-record>"), ("with", $"RelatedPerson/{to}"), ("subject", "x"), ("topic", "General"), ("step", "on")]);
            yield return ("/conversations/new", [("with", $"RelatedPerson/{to}"), ("subject", "x"), ("topic", "General"), ("step", "on")]);
        }
    }

    /// <summary>What programs send: the method, the path, and the body.</summary>
    public static IEnumerable<(HttpMethod Method, string Path, string Type, string Body)> Sent()
    {
        foreach (var id in new[] { $"<{TalkPlan.Other}>", $"<{TalkPlan.Another}>" })
        {
            yield return (HttpMethod.Post, $"/api/conversations/{id}/messages", "application/json", """{"text":"x"}""");
            yield return (HttpMethod.Put, $"/api/conversations/{id}/draft", "application/json", """{"text":"x","version":0}""");
            yield return (HttpMethod.Post, $"/api/conversations/{id}/assign", "application/json", "{}");
            yield return (HttpMethod.Post, $"/api/conversations/{id}/close", "application/json", """{"summary":"x"}""");
            yield return (HttpMethod.Post, $"/api/conversations/{id}/check-ins/<asked-{id[1..]}/answers", "application/fhir+json", """{"resourceType":"QuestionnaireResponse","status":"completed","item":[{"linkId":"q","answer":[{"valueString":"x"}]}]}""");
            yield return (HttpMethod.Post, $"/api/conversations/{id}/check-ins/<asked-{id[1..]}/end", "application/json", "{}");
            yield return (HttpMethod.Post, $"/api/conversations/{id}/files", "text/plain", "x");
            yield return (HttpMethod.Post, $"/api/conversations/{id}/files/<file-{id[1..]}/0/keep", "application/json", "{}");
        }
    }
}
