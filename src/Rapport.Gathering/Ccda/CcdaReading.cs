using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>One document while it is read: what its parts have in common, and what became of its statements. Not thread safe.</summary>
internal sealed class CcdaReading
{
    private const int MostExcerpt = 2_000;
    private const int MostExcerpts = 30_000_000;

    private readonly CancellationToken _cancel;
    private long _excerpts;
    private readonly Dictionary<string, HashSet<string>> _signatures = [];
    private readonly Dictionary<string, Statement> _byId = [];

    internal CcdaReading(Harvest harvest, LoadedXml xml, byte[] bytes, CancellationToken cancel)
    {
        (Harvest, Root, Mended, Bytes, _cancel) = (harvest, xml.Root, xml.Mended, bytes, cancel);
        Texts = new CcdaTexts(Root);
        Sections = [.. Section.In(Root.First("component", "structuredBody"), "structuredBody")];
        foreach (var statement in Statements)
        {
            Know(statement);
        }

        PatientKey = CdaId.Key(Root.First("recordTarget", "patientRole"));
        People = new CcdaPeople(this);
    }

    internal Harvest Harvest { get; }

    internal XElement Root { get; }

    /// <summary>What was mended so that it could be read.</summary>
    internal IReadOnlyList<string> Mended { get; }

    /// <summary>The document as it came.</summary>
    internal byte[] Bytes { get; }

    internal CcdaTexts Texts { get; }

    internal CcdaPeople People { get; }

    internal IReadOnlyList<Section> Sections { get; }

    internal IEnumerable<Section> AllSections => Sections.SelectMany(section => section.All);

    internal IEnumerable<Statement> Statements => AllSections.SelectMany(section => section.Statements);

    /// <summary>The ids of the patient; null when the document gives none.</summary>
    internal string? PatientKey { get; }

    /// <summary>How to refer to the patient.</summary>
    internal string PatientReference { get; set; } = Harvest.Patient;

    /// <summary>The encounter that the document is about; null for none.</summary>
    internal string? Encounter { get; set; }

    /// <summary>The same, as the header tells it.</summary>
    internal HeaderEncounter? Visit { get; set; }

    internal JsonObject Subject() => R4.Reference(PatientReference);

    /// <summary>Maps a statement, unless that was done, and what stands in it.</summary>
    internal void Map(Statement statement)
    {
        _cancel.ThrowIfCancellationRequested();
        if (statement.Fate == StatementFate.Open)
        {
            if (statement.IsAboutSomebodyElse && !FamilyHistory.Takes(statement))
            {
                Leave(statement, NotTakenReason.SomebodyElse);
            }
            else
            {
                StatementMaps.Of(statement)(statement, this);
            }

            if (statement.Fate == StatementFate.Open)
            {
                Leave(statement, NotTakenReason.UnknownKind);
            }
        }

        foreach (var child in statement.Children)
        {
            Map(child);
        }
    }

    /// <summary>Says that the statement is part of the entry of one that it stands in.</summary>
    internal static void Fold(params IEnumerable<Statement> statements)
    {
        foreach (var statement in statements)
        {
            statement.Fate = statement.Fate == StatementFate.Open ? StatementFate.Folded : statement.Fate;
        }
    }

    /// <summary>Names a statement as not taken, by its template and code.</summary>
    internal void Leave(Statement statement, NotTakenReason why)
    {
        if (statement.Fate is StatementFate.Open or StatementFate.Folded)
        {
            statement.Fate = StatementFate.NotTaken;
            Harvest.Skip(NameOf(statement), why, $"{statement.Section.Title}: {statement.Path}");
        }
    }

    /// <summary>Begins an entry for a statement.</summary>
    internal CcdaEntry Begin(Statement statement, string type) => new(statement, type, new CdaValues(Texts));

    /// <summary>Adds the entry of a statement.</summary>
    /// <param name="entry">What it became.</param>
    /// <param name="key">What it is known by, instead of the statement's own ids.</param>
    /// <returns>How to refer to it; null when it was not taken.</returns>
    internal string? Add(CcdaEntry entry, string? key = null)
    {
        var statement = entry.Statement;
        Label(entry.Json, statement.Section);
        var reference = Harvest.Add(key ?? KeyOf(statement, entry.Type), entry.Json, ProvenanceOf(statement, entry.Values.Converted));
        statement.Fate = reference is null ? StatementFate.NotTaken : StatementFate.Taken;
        if (reference is not null)
        {
            (statement.Reference, statement.ResourceType) = (reference, entry.Type);
        }

        return reference;
    }

    /// <summary>Where a statement stands, with the original as far as originals are kept: of a document with very many statements, of the first ones.</summary>
    internal Provenance ProvenanceOf(Statement statement, IReadOnlyList<string> converted)
    {
        var excerpt = _excerpts < MostExcerpts ? Outline.Excerpt(statement.Node, MostExcerpt) : null;
        _excerpts += excerpt?.Length ?? 0;
        return new Provenance
        {
            Section = statement.Section.Title.Shorten(200),
            Path = statement.Path,
            Line = statement.Node.Line(),
            Excerpt = excerpt,
            Converted = converted,
        };
    }

    /// <summary>Where a part of the header stands.</summary>
    internal static Provenance HeaderProvenance(XElement? element, string path, IReadOnlyList<string>? converted = null) => new()
    {
        Path = path,
        Line = element?.Line(),
        Excerpt = element is null ? null : Outline.Excerpt(element, MostExcerpt),
        Converted = converted ?? [],
    };

    /// <summary>How a statement is known again: by its ids; with what it is about, where the document gives one id to several; else by what it says.</summary>
    internal string KeyOf(Statement statement, string type)
    {
        if (CdaId.Key(statement.Node) is { } ids)
        {
            var isShared = _signatures.GetValueOrDefault(statement.Kind + " " + CdaId.First(statement.Node)) is { Count: > 1 };
            return isShared ? $"{type}\n{ids}\n{statement.Signature}" : $"{type}\n{ids}";
        }

        return $"{type}\n{statement.Section.Code}\n{Outline.Content(statement.Node)}";
    }

    /// <summary>The statement of that id elsewhere in the document, of those that say more than the id; null for none.</summary>
    internal Statement? Find(XElement referring) =>
        referring.Cdas("id").Select(CdaId.Text).OfType<string>()
            .Select(id => _byId.GetValueOrDefault(id)).FirstOrDefault(found => found is not null && found.Node != referring);

    /// <summary>How confidential the document is; <c>N</c> when it is not said.</summary>
    internal string Security => Root.First("confidentialityCode").At("code") ?? "N";

    /// <summary>Labels an entry as restricted where its section, or the document, is. People and places are not: they stand in other documents too.</summary>
    internal void Label(JsonObject json, Section? section = null)
    {
        var security = section?.Confidentiality ?? Security;
        if (security is "R" or "V")
        {
            json["meta"] = Labelled(security);
        }
    }

    internal static JsonObject Labelled(string confidentiality) =>
        new() { ["security"] = R4.List(R4.Coding(CodeSystems.V3 + "Confidentiality", confidentiality)) };

    private static string NameOf(Statement statement)
    {
        var template = statement.Templates.Count == 0 ? "no template" : string.Join(' ', statement.Templates.Order(StringComparer.Ordinal).Take(3));
        var code = statement.Code;
        return string.Create(CultureInfo.InvariantCulture, $"{statement.Kind} ({template}) {Words.Tidy(code.At("codeSystemName")) ?? code.At("codeSystem")} {CdaValues.CodeOf(code)}").Trim();
    }

    private void Know(Statement statement)
    {
        if (statement.Templates.Contains(CcdaTemplates.EntryReference))
        {
            return;
        }

        foreach (var id in statement.Node.Cdas("id").Select(CdaId.Text).OfType<string>())
        {
            var key = statement.Kind + " " + id;
            if (!_signatures.TryGetValue(key, out var known))
            {
                _signatures[key] = known = [];
            }

            known.Add(statement.Signature);
            // A concern and its problem may have one id: the inner one says what it is.
            if (!_byId.TryGetValue(id, out var before) || statement.Parent == before)
            {
                _byId[id] = statement;
            }
        }
    }
}

/// <summary>An entry that a statement is made into.</summary>
/// <param name="Statement">The statement.</param>
/// <param name="Type">FHIR type.</param>
/// <param name="Values">Reads its values, and keeps what was converted.</param>
internal sealed record CcdaEntry(Statement Statement, string Type, CdaValues Values)
{
    internal JsonObject Json { get; } = R4.Resource(Type).With("identifier", CdaId.Identifiers(Statement.Node));
}
