using System.Text.Json.Nodes;

namespace Rapport.Server.Tests.Leaks;

/// <summary>How a patient shares in a made case.</summary>
internal enum Sharing
{
    All,
    Kinds,
    Dates,
    Codes,
    Items,
    DeniedWithin,
    Denied,
    Emergency,
    Narrowed,
    Stopped,
    RunOut,
    OtherPurpose,
    Opinion,
}

/// <summary>Whom a patient names in a made case: always so that the one who knocks is meant.</summary>
internal enum Receiver
{
    Person,
    Organisation,
    Team,
    Role,
    App,
    Delegate,
    Parent,
}

/// <summary>With what sharing ends in a made case, beside a day.</summary>
internal enum Ending
{
    None,
    Looks,
    Treatment,
    TreatmentOver,
}

/// <summary>
/// A made case, all of it out of one number: what is in a record, who may see what of it, and the same record with what stays home taken out, or other than it was. What is hidden is hidden by how it was made: nothing here decides what
/// a consent means.
/// </summary>
internal sealed class Plan
{
    /// <summary>Ordinary codes that no rule takes for sensitive.</summary>
    private static readonly (string System, string Code)[] Ordinary =
        [("http://loinc.org", "2339-0"), ("http://loinc.org", "29463-7"), ("http://snomed.info/sct", "195967001"), ("urn:example:codes", "V-1"), ("urn:example:codes", "V-2")];

    private static readonly (string System, string Code) Forbidden = ("urn:example:codes", "D-1");
    private static readonly string[] Labels = ["PSY", "HIV", "SUD", "SEX", "SDV"];

    /// <summary>The name of what it may end with.</summary>
    public const string Treatment = "treatment";

    private readonly Random _random;

    public Plan(int seed)
    {
        (Seed, _random) = (seed, new Random(seed));
        Sharing = (Sharing)_random.Next(Enum.GetValues<Sharing>().Length);
        IsAbsent = _random.Next(2) == 0;
        Receiver = Sharing is Sharing.Emergency or Sharing.Opinion ? Receiver.Person
            : Sharing == Sharing.All && _random.Next(2) == 0 ? Receiver.Parent
            : _random.Next(3) == 0 ? Receiver.Person : (Receiver)_random.Next((int)Receiver.Organisation, (int)Receiver.Parent);
        Ending = Sharing is Sharing.Emergency or Sharing.Opinion or Sharing.Stopped or Sharing.RunOut or Sharing.OtherPurpose || _random.Next(3) > 0 ? Ending.None
            : (Ending)_random.Next((int)Ending.Looks, (int)(Sharing == Sharing.Items ? Ending.TreatmentOver : Ending.TreatmentOver + 1));
        Types = Sharing == Sharing.All ? Sketch.Types
            : Sharing == Sharing.Emergency ? ["AllergyIntolerance", "MedicationRequest", "Condition", "Immunization", "Procedure", "Observation", "DiagnosticReport"]
            : [.. _random.GetItems([.. Sketch.Types], 5).Append("Observation").Distinct()];
        Visible = SharesNothing ? [] : [.. Enumerable.Range(0, _random.Next(5, 12)).Select(MakeVisible)];
        Visible = [.. Visible.Select(visible => Link(visible, Visible))];
        HiddenHere = [.. Enumerable.Range(0, _random.Next(4, 10)).Select(i => MakeHidden($"h{i}", null)).Select(hidden => Link(hidden, Visible))];
        HiddenThere = IsAbsent ? [] : [.. HiddenHere.Select(hidden => MakeHidden(hidden.Name, hidden)), .. Enumerable.Range(0, _random.Next(3)).Select(i => MakeHidden($"more{i}", null))];
        if (!IsAbsent)
        {
            // A reference tells that something is there, so in both worlds there is. What is marked would mark what refers to it.
            var plain = HiddenHere.Zip(HiddenThere).Where(static pair => !pair.First.Json.ContainsKey("meta") && !pair.Second.Json.ContainsKey("meta") && pair.First.File == 1).Select(static pair => pair.First).ToList();
            Visible = [.. Visible.Select(visible => Link(visible, plain))];
        }

        if (Sharing == Sharing.Emergency || (!SharesNothing && Sharing is Sharing.Kinds or Sharing.Denied or Sharing.DeniedWithin or Sharing.Narrowed && _random.Next(2) == 0))
        {
            Types = [.. Types, "Patient"];
            var patient = new JsonObject { ["resourceType"] = "Patient", ["id"] = "p", ["name"] = new JsonArray(new JsonObject { ["family"] = "Sample" }) };
            Visible = [new Planted("p", "Patient", patient, new Words("Sample", "x|y", "p", "1970-01-01", "1"), []), .. Visible];
        }

        if (Ending is Ending.Treatment or Ending.TreatmentOver)
        {
            // It is in both worlds and seen in neither: what it is for stays home.
            HiddenHere = [.. HiddenHere, MakeTreatment()];
            HiddenThere = [.. HiddenThere, MakeTreatment()];
        }

        VisibleThere = Visible;
        if (!SharesNothing && Sharing is Sharing.Dates or Sharing.Codes)
        {
            // An old version that stays home, under a current one that does not.
            var at = _random.Next(Visible.Count);
            VisibleThere = [.. Visible.Select((planted, i) => i == at ? planted with { Before = MakeHidden(planted.Name, planted) } : planted)];
            Visible = [.. Visible.Select((planted, i) => i == at ? planted with { Before = MakeHidden(planted.Name, planted) } : planted)];
        }
    }

    public int Seed { get; }

    public Sharing Sharing { get; }

    /// <summary>Whether the other world lacks what is hidden; else it has other things in its place.</summary>
    public bool IsAbsent { get; }

    /// <summary>Whom it is shared with.</summary>
    public Receiver Receiver { get; }

    /// <summary>With what it ends.</summary>
    public Ending Ending { get; }

    /// <summary>Whether it is shared with one person, who sees it as long as nothing else is said.</summary>
    public bool IsPlain => Receiver == Receiver.Person && Ending == Ending.None;

    /// <summary>The FHIR types that are shared.</summary>
    public IReadOnlyList<string> Types { get; }

    /// <summary>What the recipient sees, in the one world and in the other: the same but for old versions that stay home.</summary>
    public IReadOnlyList<Planted> Visible { get; }

    public IReadOnlyList<Planted> VisibleThere { get; }

    public IReadOnlyList<Planted> HiddenHere { get; }

    public IReadOnlyList<Planted> HiddenThere { get; }

    /// <summary>Whether nothing at all is seen.</summary>
    public bool SharesNothing => Sharing is Sharing.Stopped or Sharing.RunOut or Sharing.OtherPurpose || Ending == Ending.TreatmentOver;

    /// <summary>Whether more was seen before, among it what is hidden now.</summary>
    public bool WasWider => Sharing is Sharing.Narrowed or Sharing.Stopped || Ending == Ending.TreatmentOver;

    /// <summary>The purpose for which recipients ask.</summary>
    public string Purpose => Sharing == Sharing.Emergency ? "BTG" : Receiver switch { Receiver.Delegate or Receiver.Parent => "PWATRNY", Receiver.App => "PATRQT", _ => "TREAT" };

    /// <summary>The consents, in the order in which they are made; a second of the same name replaces the first.</summary>
    public IEnumerable<(string Name, string Json)> Consents()
    {
        var permit = new JsonObject { ["type"] = "permit", ["actor"] = Actor(), ["class"] = Classes(Types) };
        if (Receiver is Receiver.Delegate or Receiver.Parent)
        {
            permit["purpose"] = Purposes("PWATRNY");
            permit["action"] = new JsonArray([.. ((string[])["access", "collect", "correct"]).Select(static action => Concept("http://terminology.hl7.org/CodeSystem/consentaction", action))]);
        }

        if (Receiver == Receiver.Parent)
        {
            // All kinds are named, and at this age none of it counts.
            permit["securityLabel"] = new JsonArray([.. Labels.Append("N").Select(static label => new JsonObject
            {
                ["system"] = "http://terminology.hl7.org/CodeSystem/v3-" + (label == "N" ? "Confidentiality" : "ActCode"), ["code"] = label,
            })]);
        }

        switch (Sharing)
        {
            case Sharing.Emergency or Sharing.Opinion:
                yield break;
            case Sharing.Dates:
                permit["dataPeriod"] = new JsonObject { ["start"] = "2025-07-01", ["end"] = "2026-05-31" };
                break;
            case Sharing.Codes:
                permit["code"] = Codes(Ordinary);
                break;
            case Sharing.Items:
                permit["data"] = new JsonArray([.. Visible.Select(static planted => new JsonObject { ["meaning"] = "instance", ["reference"] = new JsonObject { ["reference"] = $"{planted.Type}/<{planted.Name}>" } })]);
                break;
            case Sharing.DeniedWithin:
                permit["provision"] = new JsonArray(new JsonObject { ["type"] = "deny", ["code"] = Codes([Forbidden]) });
                break;
            case Sharing.Denied:
                yield return ("denial", Consent(new JsonObject { ["type"] = "deny", ["actor"] = Actor("IRCP"), ["code"] = Codes([Forbidden]) }));
                break;
            case Sharing.Narrowed:
                yield return ("consent", Consent(new JsonObject { ["type"] = "permit", ["actor"] = Actor(), ["class"] = Classes([.. Sketch.Types, "Patient"]) }));
                break;
            case Sharing.Stopped:
                yield return ("consent", Consent(new JsonObject { ["type"] = "permit", ["actor"] = Actor(), ["class"] = Classes([.. Sketch.Types, "Patient"]) }));
                yield return ("consent", Consent(permit, "inactive"));
                yield break;
            case Sharing.RunOut:
                permit["period"] = new JsonObject { ["start"] = "2026-01-01", ["end"] = "2026-05-30" };
                break;
            case Sharing.OtherPurpose:
                permit["purpose"] = Purposes("HRESCH");
                break;
        }

        yield return ("consent", Consent(permit, bounds: Bounds(), isOfChild: Receiver == Receiver.Parent));
    }

    /// <summary>What is left of the treatment when it is over.</summary>
    public static Planted Over(Planted treatment)
    {
        var json = treatment.Json.DeepClone().AsObject();
        json["status"] = "finished";
        return treatment with { Json = json };
    }

    /// <summary>How many openings there are: one to look around before it is knocked, one for the knocks.</summary>
    private JsonObject? Bounds() => Ending switch
    {
        Ending.Looks => new JsonObject
        {
            ["url"] = "urn:rapport:openings",
            ["extension"] = new JsonArray(new JsonObject { ["url"] = "allowed", ["valueInteger"] = 2 }, new JsonObject { ["url"] = "used", ["valueInteger"] = 0 }),
        },
        Ending.Treatment or Ending.TreatmentOver => new JsonObject { ["url"] = "urn:rapport:ends-with", ["valueReference"] = new JsonObject { ["reference"] = $"EpisodeOfCare/<{Treatment}>" } },
        _ => null,
    };

    private Planted MakeTreatment()
    {
        var text = Marks.New(_random);
        return new Sketch("EpisodeOfCare", text, "urn:example:codes", text, "2026-01-02", 1).Make(Treatment, isSecret: true);
    }

    private Planted MakeVisible(int number)
    {
        var (system, code) = Pick(Ordinary);
        return new Sketch(Pick(Types), $"plain{number}", system, code, Day(), _random.Next(40, 200)).Make($"v{number}", isSecret: false);
    }

    /// <summary>Often refers to one of these, where there is one that something of its type may refer to.</summary>
    private Planted Link(Planted planted, IReadOnlyList<Planted> to) =>
        _random.Next(3) == 0 ? planted : to.Where(other => LinkOf(planted, other) is not null).ToList() is { Count: > 0 } fitting ? WithLink(planted, Pick(fitting)) : planted;

    private static Planted WithLink(Planted planted, Planted to)
    {
        var json = planted.Json.DeepClone().AsObject();
        var (link, reference) = (LinkOf(planted, to)!, new JsonObject { ["reference"] = $"{to.Type}/{to.Name}" });
        json[link] = link == "encounter" ? reference : new JsonArray(reference);
        return planted with { Json = json, File = to.File == 1 ? 1 : planted.File };
    }

    private static string? LinkOf(Planted from, Planted to) => from.Name == to.Name ? null : (from.Type, to.Type) switch
    {
        ("Observation" or "Condition" or "AllergyIntolerance" or "Immunization", "Encounter") => "encounter",
        ("MedicationRequest" or "Procedure" or "Encounter", "Condition") => "reasonReference",
        ("DiagnosticReport", "Observation") => "result",
        ("CarePlan", "Condition") => "addresses",
        _ => null,
    };

    /// <summary>Something that stays home, for a reason that the way of sharing has.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="like">What has its place in the other world, whose type and file it keeps.</param>
    private Planted MakeHidden(string name, Planted? like)
    {
        var isVersion = like is { Name: [ 'v', ..] };
        var isMarked = Sharing == Sharing.All || (like is null ? _random.Next(3) == 0 : !isVersion && like.Json.ContainsKey("meta"));
        var others = Sketch.Types.Except(Types).ToList();
        var reason = isMarked || isVersion ? Sharing : _random.Next(3) == 0 ? Sharing.Kinds : Sharing;
        var type = like?.Type ?? (SharesNothing || isMarked ? Pick(Sketch.Types)
            : reason is Sharing.Dates or Sharing.Codes or Sharing.Items or Sharing.Opinion or Sharing.DeniedWithin or Sharing.Denied ? Pick(Types)
            : reason == Sharing.Emergency && _random.Next(2) == 0 ? "Observation" : Pick(others));
        var (system, code) = Pick(Ordinary);
        var date = Day();
        var isOfShared = Types.Contains(type) && !isMarked;
        if (isOfShared && Sharing == Sharing.Codes)
        {
            (system, code) = ("urn:example:codes", Marks.New(_random));
        }
        else if (isOfShared && Sharing is Sharing.DeniedWithin or Sharing.Denied)
        {
            (system, code) = Forbidden;
        }
        else if (isOfShared && Sharing is Sharing.Dates or Sharing.Emergency)
        {
            date = $"{_random.Next(1931, 2024)}-0{_random.Next(1, 10)}-1{_random.Next(10)}";
        }

        var sketch = new Sketch(type, Marks.New(_random), system, code, date, _random.Next(40, 200) + 0.37m) { Label = isMarked ? Pick(Labels) : null };
        return sketch.Make(name, isSecret: true) with { File = like?.File ?? _random.Next(3) };
    }

    private string Day() => $"2025-{_random.Next(7, 13):00}-{_random.Next(1, 28):00}";

    private T Pick<T>(IReadOnlyList<T> of) => of[_random.Next(of.Count)];

    /// <param name="role">In which role; null for the one that the receiver has.</param>
    private JsonArray Actor(string? role = null) => new(new JsonObject
    {
        ["role"] = (role is null ? Receiver : Receiver.Person) switch
        {
            Receiver.Delegate => Concept("http://terminology.hl7.org/CodeSystem/v3-RoleCode", "DELEGATEE"),
            Receiver.Parent => Concept("http://terminology.hl7.org/CodeSystem/v3-RoleCode", "PRN"),
            _ => Concept("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP"),
        },
        ["reference"] = new JsonObject { ["reference"] = Receiver switch { Receiver.Organisation => "<clinic>", Receiver.Team => "<team>", Receiver.Role => "<role>", Receiver.App => "<app>", _ => "<doctor>" } },
    });

    private static JsonArray Purposes(string purpose) => new(new JsonObject { ["system"] = "http://terminology.hl7.org/CodeSystem/v3-ActReason", ["code"] = purpose });

    private static JsonObject Concept(string system, string code) => new() { ["coding"] = new JsonArray(new JsonObject { ["system"] = system, ["code"] = code }) };

    private static JsonArray Classes(IEnumerable<string> types) => new([.. types.Select(static type => new JsonObject { ["system"] = "http://hl7.org/fhir/resource-types", ["code"] = type })]);

    private static JsonArray Codes(IEnumerable<(string System, string Code)> codes) =>
        new([.. codes.Select(static code => new JsonObject { ["coding"] = new JsonArray(new JsonObject { ["system"] = code.System, ["code"] = code.Code }) })]);

    private static string Consent(JsonObject provision, string status = "active", JsonObject? bounds = null, bool isOfChild = false)
    {
        var consent = new JsonObject { ["resourceType"] = "Consent" };
        if (isOfChild)
        {
            // Fourteen years old.
            consent["extension"] = new JsonArray(new JsonObject { ["url"] = "urn:rapport:born", ["valueDate"] = "2012-03-04" });
        }

        if (bounds is not null)
        {
            consent["modifierExtension"] = new JsonArray(bounds);
        }

        consent["status"] = status;
        consent["scope"] = Concept("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy");
        consent["category"] = new JsonArray(Concept("http://loinc.org", "59284-0"));
        consent["policyRule"] = Concept("http://terminology.hl7.org/CodeSystem/v3-ActCode", "OPTOUT");
        consent["provision"] = provision;
        return consent.ToJsonString(Plain);
    }

    private static readonly System.Text.Json.JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
