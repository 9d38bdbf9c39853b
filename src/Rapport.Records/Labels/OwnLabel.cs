using System.Text.Json;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>What a patient says of a label.</summary>
public enum LabelVerdict
{
    /// <summary>Nothing any more: what the sources say and the rules find holds again.</summary>
    None,

    /// <summary>It belongs there.</summary>
    Added,

    /// <summary>It does not.</summary>
    TakenAway,
}

/// <summary>A patient's word on a label, before it is said.</summary>
/// <param name="Scope">What it is about.</param>
/// <param name="Label">The label; null when it is about a rule.</param>
/// <param name="Verdict">Whether the label belongs there.</param>
public sealed record LabelWord(LabelScope Scope, SecurityLabel? Label, LabelVerdict Verdict)
{
    /// <summary>The most letters of <see cref="Shown"/>.</summary>
    public const int MostShown = 200;

    /// <summary>
    /// Whom it does not concern: who wrote what is marked by it, since it is one with what the patient marked. For everybody else the entry is as sensitive as one that carries the label; it carries none, so that who wrote it sees it as
    /// they would if nothing had been marked. Null for a word that the patient said.
    /// </summary>
    internal string? ExceptFor { get; init; }

    /// <summary>Whether it was said by itself, since what it is about is one with what the patient spoke of: it does not count against how much they may say.</summary>
    internal bool IsDerived { get; init; }

    /// <summary>What it is about as the patient knows it, such as the name of a medicine; null for nothing.</summary>
    public string? Shown { get; init; }
}

/// <summary>
/// What the patient said of a label. Stored as a FHIR <c>Basic</c> that no query finds and nobody is given, as their word on what is one is (<see cref="EntryLink"/>).
/// </summary>
/// <param name="Id">Its own id.</param>
/// <param name="Version">Its version: saying something else of the same is the next one.</param>
/// <param name="At">When it was said.</param>
/// <param name="Word">What was said.</param>
public sealed record OwnLabel(LocalId Id, int Version, DateTimeOffset At, LabelWord Word)
{
    internal const string System = "urn:x-rapport:own-label";

    private const string About = System + ":about";
    private const string LabelUrl = System + ":label";
    private const string VerdictUrl = System + ":verdict";
    private const string DerivedUrl = System + ":derived";
    private const string ExceptForUrl = System + ":except-for";

    /// <summary>Whether it says something of the same as another word.</summary>
    internal bool Replaces(LabelWord word) => Word.Scope == word.Scope && Word.Label == word.Label;

    internal static OwnLabel Read(in EntryHeader header, Resource basic, long at)
    {
        LabelScope? scope = null;
        var (label, verdict, shown, exceptFor, isDerived) = ((SecurityLabel?)null, LabelVerdict.None, (string?)null, (string?)null, false);
        foreach (var child in basic.Root.Children)
        {
            if (child.Name == "code" && child.TryGetChild("text", out var text))
            {
                shown = text.GetString();
            }
            else if (child.Name == "extension" && child.TryGetChild("url", out var url) && child.TryGetChild("value", out var value))
            {
                switch (url.GetString())
                {
                    case About:
                        scope = ScopeOf(value);
                        break;
                    case LabelUrl:
                        label = SecurityLabel.Of(value);
                        break;
                    case VerdictUrl:
                        verdict = Enum.Parse<LabelVerdict>(value.GetString()!);
                        break;
                    case DerivedUrl:
                        isDerived = true;
                        break;
                    case ExceptForUrl:
                        exceptFor = value.GetString();
                        break;
                }
            }
        }

        return new OwnLabel(
            header.Local, header.Version, DateTimeOffset.FromUnixTimeMilliseconds(at),
            new LabelWord(scope ?? throw new InvalidDataException("a stored word on labels does not say what it is about"), label, verdict) { Shown = shown, ExceptFor = exceptFor, IsDerived = isDerived });
    }

    /// <summary>The JSON of it.</summary>
    internal byte[] Write(string patient)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", "Basic");
            json.WriteString("id", $"{patient}.{Id}");
            json.WriteStartObject("meta");
            json.WriteString("versionId", Version.ToString());
            json.WriteString("lastUpdated", FhirTime.Instant(At));
            json.WriteStartArray("security");
            WriteCoding(json, SecurityLabel.Restricted);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteStartArray("extension");
            WriteAbout(json, patient);
            if (Word.Label is { } label)
            {
                json.WriteStartObject();
                json.WriteString("url", LabelUrl);
                json.WritePropertyName("valueCoding");
                WriteCoding(json, label);
                json.WriteEndObject();
            }

            WriteExtension(json, VerdictUrl, "valueCode", Word.Verdict.ToString());
            if (Word.IsDerived)
            {
                json.WriteStartObject();
                json.WriteString("url", DerivedUrl);
                json.WriteBoolean("valueBoolean", true);
                json.WriteEndObject();
            }

            if (Word.ExceptFor is { } writer)
            {
                WriteExtension(json, ExceptForUrl, "valueString", writer);
            }

            json.WriteEndArray();
            json.WriteStartObject("code");
            json.WriteStartArray("coding");
            WriteCoding(json, new SecurityLabel(System, "word"));
            json.WriteEndArray();
            if (Word.Shown is { Length: > 0 } shown)
            {
                json.WriteString("text", shown);
            }

            json.WriteEndObject();
            json.WriteStartObject("subject");
            json.WriteString("reference", $"Patient/{patient}");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private void WriteAbout(Utf8JsonWriter json, string patient)
    {
        switch (Word.Scope)
        {
            case LabelScope.Entry entry:
                json.WriteStartObject();
                json.WriteString("url", About);
                json.WriteStartObject("valueReference");
                json.WriteString("reference", $"{entry.ResourceType}/{patient}{(entry.Local is { } local ? $".{local}" : "")}");
                json.WriteEndObject();
                json.WriteEndObject();
                break;
            case LabelScope.Coded coded:
                json.WriteStartObject();
                json.WriteString("url", About);
                json.WritePropertyName("valueCoding");
                WriteCoding(json, new SecurityLabel(coded.System, coded.Code));
                json.WriteEndObject();
                break;
            case LabelScope.OfType type:
                WriteExtension(json, About, "valueCode", type.ResourceType);
                break;
            case LabelScope.FoundBy rule:
                WriteExtension(json, About, "valueString", rule.Rule);
                break;
        }
    }

    private static void WriteExtension(Utf8JsonWriter json, string url, string name, string value)
    {
        json.WriteStartObject();
        json.WriteString("url", url);
        json.WriteString(name, value);
        json.WriteEndObject();
    }

    private static void WriteCoding(Utf8JsonWriter json, SecurityLabel coding)
    {
        json.WriteStartObject();
        if (coding.System.Length > 0)
        {
            json.WriteString("system", coding.System);
        }

        if (coding.Code.Length > 0)
        {
            json.WriteString("code", coding.Code);
        }

        json.WriteEndObject();
    }

    private static LabelScope? ScopeOf(Element value) => value.JsonName switch
    {
        "valueReference" when value.TryGetChild("reference", out var reference) && reference.GetString() is { } text => EntryOf(text),
        "valueCoding" => new LabelScope.Coded(
            value.TryGetChild("system", out var system) ? system.GetString() ?? "" : "", value.TryGetChild("code", out var code) ? code.GetString() ?? "" : ""),
        "valueCode" => new LabelScope.OfType(value.GetString() ?? ""),
        "valueString" => new LabelScope.FoundBy(value.GetString() ?? ""),
        _ => null,
    };

    private static LabelScope.Entry EntryOf(string reference)
    {
        var (slash, dot) = (reference.IndexOf('/', StringComparison.Ordinal), reference.IndexOf('.', StringComparison.Ordinal));
        return new LabelScope.Entry(reference[..slash], dot < 0 ? null : LocalId.Parse(reference.AsSpan(dot + 1)));
    }
}
