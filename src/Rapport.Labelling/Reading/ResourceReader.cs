using System.Text;
using Rapport.Fhir;

namespace Rapport.Labelling;

/// <summary>
/// Walks through a resource: every code and every text of it counts, wherever it stands, but for what names a person, a number or a unit. What it refers to is read as well, one step and no further.
/// </summary>
internal sealed class ResourceReader
{
    private const int MostReferences = 500;
    private const int MostDocuments = 100;

    /// <summary>Bytes of text that are read in all of what an entry refers to: so what many entries point at cannot be made to cost its length times their number.</summary>
    private const int MostFollowedText = 64 * 1024;

    private readonly RuleBook _book;
    private readonly TextScanner _scanner;
    private readonly Findings _findings;
    private readonly List<(string Reference, Via Via, Element From)> _references = [];
    private readonly List<(string Url, Element From)> _documents = [];
    private readonly HashSet<(string Address, Via Via)> _led = [];
    private int _followed = MostFollowedText;

    private Via _via;
    private Element _from;
    private Element _at;
    private bool _isWarning;
    private bool _isVaccine;

    private ResourceReader(RuleBook book)
    {
        _book = book;
        _scanner = new TextScanner(book.Words);
        _findings = new Findings(book);
    }

    internal static IReadOnlyList<FoundLabel> Read(RuleBook book, Resource resource, Func<string, Resource?>? resolve)
    {
        // The patient's own entry says who they are, and is not taken from everybody by a word in it; a consent is given to nobody who is not named for it.
        if (resource.TypeName is "Patient" or "Consent")
        {
            return [];
        }

        var reader = new ResourceReader(book);
        reader.VisitResource(resource.Root);
        reader.OpenDocuments(resolve);
        if (resolve is not null)
        {
            reader.Follow(resolve, IsTakenAtAnyVisit(resource.Root));
            Minors.Read(book, reader._findings, resource, resolve);
        }

        return reader._findings.ToList();
    }

    private void VisitResource(Element resource)
    {
        var outer = _isWarning;
        _isWarning = resource.TypeName == "AllergyIntolerance";
        foreach (var child in resource.Children)
        {
            Visit(child);
        }

        _isWarning = outer;
        if (resource.TypeName == "Binary")
        {
            Document(resource, resource);
        }
    }

    private void Visit(Element element)
    {
        // What a vaccine protects against is no sign of having it.
        if (element.Name is "vaccineCode" or "protocolApplied" or "targetDisease")
        {
            _isVaccine = true;
            Children(element);
            _isVaccine = false;
            return;
        }

        switch (element.TypeName)
        {
            case "string" or "markdown":
                Text(element);
                break;
            case "xhtml":
                _at = element;
                Span<byte> narrative = Encoding.UTF8.GetBytes(element.GetString() ?? "");
                Scan(narrative[..MarkupText.Plain(narrative, Markup.Html)]);
                break;
            case "Coding":
                Code(element);
                break;
            case "Reference":
                Reference(element);
                break;
            case "Attachment" when element.Name == "photo":
                break;
            case "Attachment":
                Attachment(element);
                Children(element);
                break;
            case "Extension":
                foreach (var child in element.Children)
                {
                    // The points of a series travel as an attachment in an extension: that is no document.
                    if (child.TypeName != "Attachment")
                    {
                        Visit(child);
                    }
                }

                break;
            case "HumanName" or "Address" or "ContactPoint" or "Identifier" or "Meta" or "Quantity" or "Range" or "Ratio" or "Age" or "Duration" or "Period" or "Money" or "SampledData" or "Signature":
                break;
            default:
                if (element.IsResource)
                {
                    VisitResource(element);
                }
                else
                {
                    Children(element);
                }

                break;
        }
    }

    /// <summary>Blood pressure, allergies and vaccines are asked about whatever a visit is for: its reason makes them no secret.</summary>
    private static bool IsTakenAtAnyVisit(Element resource) => resource.TypeName switch
    {
        "AllergyIntolerance" or "Immunization" => true,
        "Observation" => IsVitalSign(resource),
        _ => false,
    };

    private static bool IsVitalSign(Element observation)
    {
        foreach (var child in observation.Children)
        {
            if (child.Name == "category")
            {
                foreach (var coding in child.Children)
                {
                    if (coding.TypeName == "Coding" && coding.TryGetChild("code", out var code) && code.ValueEquals("vital-signs"u8))
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    private void Children(Element element)
    {
        foreach (var child in element.Children)
        {
            Visit(child);
        }
    }

    private void Text(Element element)
    {
        _at = element;
        Scan(PlainText.Of(element));
    }

    private void Scan(ReadOnlySpan<byte> text)
    {
        if (_via != Via.Itself)
        {
            text = text[..Math.Min(text.Length, _followed)];
            _followed -= text.Length;
        }

        _scanner.Scan(text, ByWords);
    }

    private void Code(Element coding)
    {
        int? system = null;
        ReadOnlySpan<byte> code = [];
        foreach (var child in coding.Children)
        {
            switch (child.Name)
            {
                case "system":
                    system = CodeSystems.OfName(PlainText.Of(child));
                    break;
                case "code":
                    code = PlainText.Of(child);
                    break;
                case "display":
                    Text(child);
                    break;
            }
        }

        if (system is not null && !code.IsEmpty)
        {
            _at = coding;
            foreach (var rule in _book.Codes.Find(system.Value, code))
            {
                Add(rule, code, byCode: true);
            }
        }
    }

    private void Reference(Element reference)
    {
        if (reference.TryGetChild("display", out var display))
        {
            Text(display);
        }

        if (_via == Via.Itself && _references.Count < MostReferences && References.ViaOf(reference.JsonName) is { } via
            && reference.TryGetChild("reference", out var target) && target.GetString() is { Length: > 0 } address && address[0] != '#'
            && _led.Add((address, via)))
        {
            _references.Add((address, via, reference));
        }
    }

    /// <summary>The document in an Attachment, or where its address leads; one that cannot be read there either is told as such.</summary>
    private void Attachment(Element attachment)
    {
        if (!attachment.TryGetChild("data", out _) && attachment.TryGetChild("url", out var url))
        {
            if (_via == Via.Itself && url.GetString() is var address && _led.Add((address ?? "", Via.Itself)))
            {
                // Of more than so many nobody has read the rest.
                _documents.Add((_documents.Count < MostDocuments ? address ?? "" : "", attachment));
            }
        }
        else if (attachment.TryGetChild("data", out _))
        {
            Document(attachment, attachment);
        }
    }

    /// <param name="holder">What has the bytes: an Attachment or a Binary.</param>
    /// <param name="at">The place in the resource that is read.</param>
    private void Document(Element holder, Element at)
    {
        _at = at;
        if (_via != Via.Itself)
        {
            var length = holder.TryGetChild("data", out var data) ? data.RawUtf8.Length : 0;
            if (length > _followed)
            {
                // Its own labels keep it home; what refers to it is judged by what could be read.
                return;
            }

            _followed -= length;
        }

        NotLookedAt(holder, AttachmentText.Scan(holder, _scanner, ByWords));
    }

    /// <summary>A document about which reading it says nothing.</summary>
    private void NotLookedAt(Element holder, DocumentReading reading)
    {
        if (reading != DocumentReading.Read && _book.ById.TryGetValue(reading == DocumentReading.Unjudged ? "unjudged-document" : "unreadable-document", out var rule))
        {
            Add(rule, AttachmentText.KindOf(holder), byCode: false);
        }
    }

    private void ByWords(Rule rule, ReadOnlySpan<byte> what) => Add(rule, what, byCode: false);

    private void Add(Rule rule, ReadOnlySpan<byte> what, bool byCode)
    {
        // What must not be given is no sign of what is given, and keeping it from those who treat could kill.
        if (rule.Implication == Implication.Harmless || (_isWarning && rule.Implication == Implication.Medicine) || (_isVaccine && rule.Implication != Implication.Vaccine) || _findings.Has(rule))
        {
            return;
        }

        _findings.Add(rule, (_via == Via.Itself ? _at : _from).Location, what, _via, byCode);
    }

    private void OpenDocuments(Func<string, Resource?>? resolve)
    {
        foreach (var (url, from) in _documents)
        {
            if (resolve?.Invoke(url) is { TypeName: "Binary" } found)
            {
                Document(found.Root, from);
            }
            else
            {
                _at = from;
                NotLookedAt(from, DocumentReading.Unreadable);
            }
        }
    }

    private void Follow(Func<string, Resource?> resolve, bool isTakenAtAnyVisit)
    {
        foreach (var (reference, via, from) in _references)
        {
            if (resolve(reference) is not { TypeName: not "Patient" } found)
            {
                continue;
            }

            (_via, _from) = (via, from);
            if (via == Via.Visit && isTakenAtAnyVisit)
            {
                KindOfVisit(found.Root);
            }
            else
            {
                VisitResource(found.Root);
            }
        }
    }

    /// <summary>What kind of visit it is and where, but not what it was for.</summary>
    private void KindOfVisit(Element encounter)
    {
        foreach (var child in encounter.Children)
        {
            if (child.Name is not ("reasonCode" or "reasonReference" or "diagnosis" or "text"))
            {
                Visit(child);
            }
        }
    }
}
