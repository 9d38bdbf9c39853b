using System.Text.Json.Nodes;
using System.Xml.Linq;
using T = Rapport.Gathering.CcdaTemplates;

namespace Rapport.Gathering;

/// <summary>What many kinds of statements have alike: comments, reasons, authors.</summary>
internal static class Shared
{
    /// <summary>Whether a code is so wide that denying it denies all: a drug, a substance, food.</summary>
    internal static bool IsAnything(XElement? code) => code.At("codeSystem") == CodeSystems.SnomedOid
        && code.At("code") is "410942007" or "105590001" or "255620007" or "763158003" or "373873005";

    /// <summary>Comments on the statement, as notes.</summary>
    internal static JsonArray Notes(CcdaEntry entry, params IEnumerable<string?> more)
    {
        Statement[] comments = [.. entry.Statement.Children.Where(child => child.Kind == "act" && (child.Is(T.Comment) || child.HasCode("48767-8")))];
        CcdaReading.Fold(comments);
        return CdaValues.Notes(comments.Select(comment => entry.Values.Text(comment.Node.First("text"))).Concat(more));
    }

    /// <summary>What it is done for, as concepts: indications.</summary>
    internal static JsonArray Reasons(CcdaEntry entry)
    {
        var list = new JsonArray();
        foreach (var reason in entry.Statement.Children.Where(child => child.Kind == "observation"
            && (child.Is(T.Indication) || child.Is(T.Reason) || (child.Relation == "RSON" && child.Templates.Count == 0))))
        {
            if ((entry.Values.Concept(reason.Value) ?? (reason.Value is null ? entry.Values.Concept(reason.Code) : null)) is { } concept)
            {
                list.Add((JsonNode)concept);
                CcdaReading.Fold(reason);
            }
        }

        return list;
    }

    /// <summary>The last author: who stands behind it.</summary>
    internal static JsonObject? Author(CcdaReading reading, Statement statement)
    {
        var authors = reading.People.Authors(statement.Authors);
        authors = authors.Count == 0 && statement.Parent is { } parent ? reading.People.Authors(parent.Authors) : authors;
        return authors.LastOrDefault()?.DeepClone() as JsonObject;
    }

    /// <summary>The last author, where FHIR wants a person.</summary>
    internal static JsonObject? Recorder(CcdaReading reading, Statement statement) => reading.People.Only(Author(reading, statement), "Practitioner", "Patient");

    /// <summary>When it was first written down.</summary>
    internal static string? Recorded(CcdaEntry entry)
    {
        var statement = entry.Statement;
        XElement[] authors = [.. statement.Authors, .. statement.Parent?.Authors ?? []];
        return authors.Select(author => author.First("time").At("value")).OfType<string>().Order(StringComparer.Ordinal)
            .Select(entry.Values.Time).FirstOrDefault(time => time is not null);
    }

    /// <summary>The state of a problem or allergy, by the observation that says it; null when none does.</summary>
    internal static XElement? StateOf(Statement statement)
    {
        var state = statement.State ?? statement.Parent?.State;
        if (state is not null)
        {
            CcdaReading.Fold(state);
        }

        return state?.Value;
    }

    /// <summary>The words of the narrative that the statement refers to, cut to one value's length.</summary>
    internal static string? Words(CcdaEntry entry) => entry.Values.Text(entry.Statement.Node.First("text"));

    /// <summary>The code of a statement, else its words.</summary>
    internal static JsonObject? CodeOrWords(CcdaEntry entry, XElement? code) =>
        entry.Values.Concept(code) ?? (Words(entry) is { } words ? R4.Concept(words.ReplaceLineEndings(" ").Shorten(500)) : null);

    /// <summary>Concepts of all children of that name.</summary>
    internal static JsonArray Concepts(CcdaEntry entry, string name) =>
        [.. entry.Statement.Node.Cdas(name).Take(20).Select(each => (JsonNode?)entry.Values.Concept(each)).Where(concept => concept is not null)];

    /// <summary>Where it took place.</summary>
    internal static JsonObject? Location(CcdaReading reading, Statement statement) =>
        statement.Node.Cdas("participant").Where(participant => participant.At("typeCode") == "LOC")
            .Select(participant => reading.People.Location(participant.First("participantRole"))).FirstOrDefault(location => location is not null);

    /// <summary>A code of HL7's that stands for a concept of FHIR's.</summary>
    internal static JsonObject State(string system, string code) => R4.Concept("http://terminology.hl7.org/CodeSystem/" + system, code, null);
}
