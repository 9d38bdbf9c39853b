using Rapport.Consent;
using Rapport.Data;
using Rapport.Records;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Pages.Sharing.SeriesTerms;

namespace Rapport.Server.Tests.Pages;

/// <summary>From what was chosen on the share pages to a Consent and back.</summary>
public sealed class SharingTermsTests
{
    private static readonly DateOnly Today = new(2026, 6, 1);
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly RecipientChoice Doctor = new("Practitioner/x", "Dr Lee", null, "TREAT", ["Practitioner/x"]);
    private static readonly RecipientChoice Carer = new("RelatedPerson/y", "Sam", null, "FAMRQT", ["RelatedPerson/y"]);

    public static TheoryData<SharingTerms> AllKinds =>
    [
        new SharingTerms { Recipient = "Practitioner/x", RecipientName = "Dr Lee", Purpose = "TREAT" },
        new SharingTerms { Recipient = "RelatedPerson/y", RecipientName = "Sam \"the\" <carer>", Purpose = "FAMRQT", Types = ["Condition", "Observation"], Until = new(2026, 9, 1), TellsOfMore = false },
        new SharingTerms
        {
            Recipient = "Organization/z", RecipientName = "Clinic", Purpose = "CAREMGT", Types = ["Patient"], Labels = ["PSY", "R"], From = new(2026, 7, 1), Until = new(2027, 7, 1),
        },
        new SharingTerms { Recipient = "CareTeam/x.y", RecipientName = "Heart team", Purpose = "TREAT", Until = new(2027, 6, 1), Bounds = new() { Looks = 3, LooksUsed = 1 } },
        new SharingTerms { Recipient = "Practitioner/x", RecipientName = "Dr Lee", Purpose = "TREAT", Until = new(2027, 6, 1), Bounds = new() { Treatment = "CarePlan/p.c", TreatmentName = "Knee <rehab>" } },
        new SharingTerms { Recipient = "Practitioner/x", RecipientName = "Dr Lee", Purpose = "TREAT", Actions = SharingActions.All, Types = ["Condition"], Labels = ["PSY"] },
        new SharingTerms { Recipient = "Practitioner/x", RecipientName = "Dr Lee", Purpose = "TREAT", Types = ["Condition"], Entry = "Condition/a", EntryName = "Asthma" },
        new SharingTerms
        {
            Recipient = "Practitioner/x", RecipientName = "Dr Lee", Purpose = "TREAT", Types = ["Observation", "MedicationRequest"], Labels = ["HIV"], Entry = "Condition/a", EntryName = "Asthma",
            Around = ["Condition/a", "Encounter/e"], Until = new(2026, 9, 1),
        },
        new SharingTerms { Recipient = "Practitioner/x", RecipientName = "Dr Lee", Purpose = "TREAT", Types = ["Observation"], DataFrom = new(2024, 5, 1), DataTo = new(2025, 5, 3) },
        new SharingTerms { Recipient = "Practitioner/x", RecipientName = "Dr Lee", Purpose = "TREAT", DataFrom = new(2024, 5, 1), Labels = ["PSY"], Actions = SharingActions.All, But = [new("Condition/a", "Asthma"), new("Observation/b", null)] },
        new SharingTerms { Recipient = "Practitioner/x", RecipientName = "Dr Lee", Purpose = "TREAT", Types = ["Observation"], DataTo = new(2024, 5, 1), But = [new("Observation/b", "Weight")] },
        new SharingTerms { Recipient = "Practitioner/x", RecipientName = "Dr Lee", Purpose = "TREAT", Types = ["Condition", "Observation"], Entries = [new("Condition/a", "Asthma"), new("Observation/b", null), new("Observation/c", "Weight <now>")] },
        new SharingTerms
        {
            Recipient = "Practitioner/x", RecipientName = "Dr Lee", Purpose = "TREAT", Types = ["Observation"], Labels = ["HIV"], Entry = "Condition/a", EntryName = "Asthma", Around = ["Condition/a"],
            But = [new("Observation/b", "Weight")],
        },
        new SharingTerms { Recipient = "Practitioner/x", RecipientName = "Dr Lee", Purpose = "TREAT", Types = ["Observation"], Series = [Hba1c, Weight], Labels = ["PSY"], Actions = SharingActions.All },
        new SharingTerms
        {
            Recipient = "Practitioner/x", RecipientName = "Dr Lee", Purpose = "TREAT", Types = ["Observation", "MedicationRequest"], Series = [Weight], DataFrom = new(2024, 5, 1), But = [new("Observation/b", "Weight")],
        },
        new SharingTerms { Recipient = "Practitioner/x", RecipientName = "Dr Lee", Purpose = "TREAT", ButSeries = [Hba1c, Weight], Labels = ["HIV"], But = [new("Observation/b", null)], DataTo = new(2025, 5, 3) },
        new SharingTerms { Recipient = "Practitioner/x", RecipientName = "Dr Lee", Purpose = "TREAT", Types = ["Condition"], ButSeries = [Weight] },
        new SharingTerms
        {
            Recipient = "Practitioner/x", RecipientName = "Dr Lee", Purpose = "TREAT", Types = ["Observation", "Procedure", "Condition"], Labels = ["PSY"], DataFrom = new(2024, 5, 1), But = [new("Observation/b", "Weight")],
            Series = [Hba1c with { Types = ["Observation"] }, Weight with { Types = ["Procedure", "Condition"] }],
        },
        new SharingTerms
        {
            Recipient = "Practitioner/x", RecipientName = "Dr Lee", Purpose = "TREAT", Types = ["Observation"], Entry = "Condition/a", EntryName = "Asthma", Around = ["Condition/a"], ButSeries = [Hba1c],
        },
    ];

    private static NamedSeries Hba1c => new("HbA1c <long-term>", [new("http://loinc.org", "4548-4", "Hemoglobin A1c"), new("urn:oid:1.2.3", "A1C", null)]);

    private static NamedSeries Weight => new(null, [new("http://loinc.org", "29463-7", "Body weight")]);

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void AConsentSaysWhatTheTermsSay(SharingTerms terms)
    {
        var consent = terms.ToConsent(PatientId.New(), Now);

        Assert.Equivalent(terms, SharingTerms.TryRead(consent), strict: true);
        Assert.True(SharingTerms.IsAllOf(consent));
        var reading = PatientConsent.Read(consent);
        Assert.Empty(reading.Problems);
        Assert.True(reading.Counts);
        Assert.Equal([terms.Recipient], reading.Recipients);
        Assert.Equal([terms.Purpose], reading.Purposes);
        Assert.Equal(terms.TellsOfMore, reading.TellsOfMore);
        Assert.Equal("2026-06-01T12:00:00Z", reading.DateTime);
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public void AnEndedConsentIsTheSameButForItsStatus(SharingTerms terms)
    {
        var consent = terms.ToConsent(PatientId.New(), Now);
        var ended = ConsentJson.Ended(consent);

        Assert.False(PatientConsent.Read(ended).Counts);
        Assert.Equivalent(terms, SharingTerms.TryRead(ended), strict: true);
    }

    [Fact]
    public void TheLastDayIsSharedToItsEnd()
    {
        var terms = new SharingTerms { Recipient = "Practitioner/x", RecipientName = "x", Purpose = "TREAT", Until = new(2026, 9, 1) };

        Assert.Equal(new DateTimeOffset(2026, 9, 2, 0, 0, 0, TimeSpan.Zero), PatientConsent.Read(terms.ToConsent(PatientId.New(), Now)).ValidUntil);
    }

    [Theory]
    [InlineData("""{"type":"deny","class":[{"system":"http://hl7.org/fhir/resource-types","code":"Condition"}]}""", "")]
    [InlineData("", """[{"meaning":"authoredby","reference":{"reference":"Practitioner/x"}}]""")]
    [InlineData("", """[{"meaning":"related","reference":{"reference":"Condition/a"}}]""")]
    [InlineData("", """[{"meaning":"instance","reference":{"reference":"Condition/a"}},{"meaning":"dependents","reference":{"reference":"Condition/b"}}]""")]
    [InlineData("""{"type":"deny","data":[{"meaning":"instance","reference":{"reference":"Condition/b"}}]}""", """[{"meaning":"instance","reference":{"reference":"Condition/a"}}]""")]
    [InlineData("""{"type":"deny","data":[{"meaning":"related","reference":{"reference":"Condition/b"}}]}""", "")]
    [InlineData("""{"type":"deny","data":[{"meaning":"instance","reference":{"reference":"Condition/b"}}],"securityLabel":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"PSY"}]}""", "")]
    [InlineData("""{"type":"deny","data":[{"meaning":"instance","reference":{"reference":"Condition/b"}}],"class":[{"system":"http://hl7.org/fhir/resource-types","code":"Observation"}]}""", "")]
    [InlineData("""{"type":"deny","data":[{"meaning":"instance","reference":{"reference":"Condition/b"}}],"dataPeriod":{"start":"2025-01-01"} }""", "")]
    [InlineData("""{"type":"deny","data":[{"meaning":"instance","reference":{"reference":"Condition/b"}}]},{"type":"deny","data":[{"meaning":"instance","reference":{"reference":"Condition/c"}}]}""", "")]
    [InlineData("", """[{"meaning":"instance","reference":{"reference":"Condition/a"}}],"dataPeriod":{"start":"2025-01-01"}""")]
    [InlineData("", """[{"meaning":"instance","reference":{"reference":"Condition/a"}}],"securityLabel":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"PSY"}]""")]
    [InlineData("", """[{"meaning":"instance","reference":{"reference":"Condition/a"}},{"meaning":"instance","reference":{"reference":"Condition/b"}}],"class":[{"system":"http://hl7.org/fhir/resource-types","code":"Observation"}]""")]
    [InlineData("""{"type":"permit","data":[{"meaning":"instance","reference":{"reference":"Condition/a"}}],"period":{"end":"2027-01-01"}}""", """[{"meaning":"related","reference":{"reference":"Condition/a"}}]""")]
    [InlineData("""{"type":"permit","data":[{"meaning":"instance","reference":{"reference":"Condition/a"}}]}""", """[{"meaning":"dependents","reference":{"reference":"Condition/a"}}]""")]
    [InlineData("""{"type":"permit","data":[{"meaning":"instance","reference":{"reference":"Condition/a"}}]}""", "")]
    [InlineData("""{"type":"deny","code":[{"coding":[{"system":"http://loinc.org","code":"1"}]}],"class":[{"system":"http://hl7.org/fhir/resource-types","code":"Observation"}]}""", "")]
    [InlineData("""{"type":"deny","code":[{"coding":[{"system":"http://loinc.org","code":"1"}]}],"dataPeriod":{"start":"2025-01-01"} }""", "")]
    [InlineData("""{"type":"permit","code":[{"coding":[{"system":"http://loinc.org","code":"1"}]}]}""", "")]
    [InlineData("""{"type":"deny","code":[{"coding":[{"system":"http://loinc.org","code":"1"}]}]},{"type":"deny","code":[{"coding":[{"system":"http://loinc.org","code":"2"}]}]}""", "")]
    [InlineData("""{"type":"deny","code":[{"coding":[{"system":"http://loinc.org","code":"1"}]}]}""", """[{"meaning":"instance","reference":{"reference":"Condition/a"}}]""")]
    public void AConsentThatSaysMoreHasNoTerms(string inner, string data)
    {
        var more = (inner.Length == 0 ? "" : $""","provision":[{inner}]""") + (data.Length == 0 ? "" : $""","data":{data}""");
        var consent = Fhir.Resource.Parse(System.Text.Encoding.UTF8.GetBytes($$"""
            {"resourceType":"Consent","status":"active","scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]},
             "category":[{"coding":[{"system":"http://loinc.org","code":"59284-0"}]}],"policyRule":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"OPTIN"}]},
             "provision":{"type":"permit","purpose":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"TREAT"}],
               "actor":[{"role":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType","code":"IRCP"}]},"reference":{"reference":"Practitioner/x"} }]{{more}} } }
            """)).Resource!;

        Assert.Null(SharingTerms.TryRead(consent));
    }

    /// <summary>A code without its system, or of a version, and codes of any kind of entry: saved from the pages these would be others.</summary>
    [Theory]
    [InlineData("""{"coding":[{"code":"4548-4"}]}""", true)]
    [InlineData("""{"text":"HbA1c"}""", true)]
    [InlineData("""{"coding":[{"system":"http://loinc.org","version":"2.1","code":"4548-4"}]}""", true)]
    [InlineData("""{"coding":[{"system":"http://loinc.org","code":"4548-4"}]}""", false)]
    public void CodesThatSayMoreHaveNoTerms(string concept, bool isOfKinds)
    {
        var consent = new SharingTerms { Recipient = "Practitioner/x", RecipientName = "x", Purpose = "TREAT", Types = isOfKinds ? ["Observation"] : null }.ToJson(PatientId.New(), Now);
        consent["provision"]!["code"] = new System.Text.Json.Nodes.JsonArray(System.Text.Json.Nodes.JsonNode.Parse(concept));
        Assert.Null(SharingTerms.TryRead(ConsentJson.Checked(consent)));
    }

    /// <summary>A month or an hour is not what the pages write: saved from there it would be another time.</summary>
    [Theory]
    [InlineData("""{"start":"2025-01"}""")]
    [InlineData("""{"end":"2025-01-01T10:00:00Z"}""")]
    [InlineData("""{"start":"2025-02-01","end":"2025-01-01"}""")]
    public void ATimeThatIsNotOfWholeDaysHasNoTerms(string days)
    {
        var consent = new SharingTerms { Recipient = "Practitioner/x", RecipientName = "x", Purpose = "TREAT" }.ToJson(PatientId.New(), Now);
        consent["provision"]!["dataPeriod"] = System.Text.Json.Nodes.JsonNode.Parse(days);
        Assert.Null(SharingTerms.TryRead(ConsentJson.Checked(consent)));
    }

    /// <summary>Whatever is chosen more exactly goes along, or is told to be chosen for nothing.</summary>
    [Fact]
    public void DaysAndSingleEntriesAreReadOfTheForm()
    {
        PickedEntry asthma = new("Condition/a", null, [], ["Condition/a2"]), weight = new("Observation/b", null, ["PSY"], []);
        var dated = Read(new SharingDraft { Scope = SharingScope.Everything, DataFrom = "2024-05-01", DataTo = "2025-05-03" }, Doctor, but: [asthma]).Terms!;
        Assert.Equal((new DateOnly(2024, 5, 1), new DateOnly(2025, 5, 3)), (dated.DataFrom!.Value, dated.DataTo!.Value));
        Assert.Equal(["Condition/a", "Condition/a2"], dated.But.Select(static entry => entry.Reference));

        var only = Read(new SharingDraft { Scope = SharingScope.Entries, Labels = ["HIV"] }, Doctor, [], ["HIV"], only: [asthma, weight]);
        Assert.Equal(["Condition/a", "Condition/a2", "Observation/b"], only.Terms!.Entries.Select(static entry => entry.Reference));
        Assert.Equal(["Condition", "Observation"], only.Terms.Types!);
        Assert.Empty(only.Terms.Labels);
        Assert.True(only.NamesSensitive);
        Assert.Equal("Observation/b", Read(new SharingDraft { Scope = SharingScope.Entries }, Doctor, only: [weight]).Terms!.Entry);

        Assert.Equal(["what"], Read(new SharingDraft { Scope = SharingScope.Entries }, Doctor).InWhat.Keys);
        Assert.Equal(["pick"], Read(new SharingDraft { Scope = SharingScope.Entries }, Doctor, only: [asthma], but: [asthma]).InWhat.Keys);
        Assert.Equal(["pick"], Read(new SharingDraft { Scope = SharingScope.Everything, TooManyEntries = true }, Doctor).InWhat.Keys);
        Assert.Equal(["data"], Read(new SharingDraft { Scope = SharingScope.Entries, DataTo = "2025-05-03" }, Doctor, only: [asthma]).InWhat.Keys);
        Assert.Equal(["data"], Read(new SharingDraft { Scope = SharingScope.Everything, DataFrom = "2025-05-04", DataTo = "2025-05-03" }, Doctor).InWhat.Keys);
        Assert.Equal(["data"], Read(new SharingDraft { Scope = SharingScope.Everything, DataFrom = "last year" }, Doctor).InWhat.Keys);
    }

    /// <summary>
    /// Whatever can be chosen together is in the Consent and in its words: two agreements about different things never read alike, and none is read as something else.
    /// </summary>
    [Fact]
    public void NothingIsLostBetweenTermsConsentAndWords()
    {
        Dictionary<string, string> said = [];
        var random = new Random(20261123);
        for (var i = 0; i < 3000; i++)
        {
            var terms = Any(random);
            var consent = terms.ToConsent(PatientId.New(), Now);
            var read = SharingTerms.TryRead(consent);
            Assert.Equivalent(terms, read, strict: true);
            var what = What(System.Text.Json.Nodes.JsonNode.Parse(consent.Json.Span)!["provision"]!.AsObject());
            var words = AgreementText.What(read!);
            Assert.Equal(what, said.GetValueOrDefault(words, what));
            said[words] = what;
        }

        Assert.InRange(said.Count, 500, 3000);

        static string What(System.Text.Json.Nodes.JsonObject provision)
        {
            foreach (var other in new[] { "actor", "purpose", "period", "securityLabel", "action" })
            {
                provision.Remove(other);
            }

            foreach (var inner in provision["provision"]?.AsArray() ?? [])
            {
                inner!.AsObject().Remove("securityLabel");
            }

            // The words tell kinds of series by the names of these, and entries alone by theirs.
            if (provision.ContainsKey("code") || (provision["data"] is { } data && data[0]!["meaning"]!.GetValue<string>() == "instance"))
            {
                provision.Remove("class");
            }

            return provision.ToJsonString();
        }
    }

    private static SharingTerms Any(Random random)
    {
        var named = Some(random, 1, [new NamedEntry("Condition/a", "Asthma"), new("Observation/b", "Weight of May"), new("Observation/c", "Pulse <now>")]);
        var series = Some(random, 1, [Hba1c, Weight, new NamedSeries("Metformin", [new("http://www.nlm.nih.gov/research/umls/rxnorm", "860975", null), new("http://loinc.org", "1", "one")])]);
        List<string> types = [.. Some(random, 1, [Kind.Find("results")!, Kind.Find("medicines")!, Kind.Find("conditions")!, Kind.Find("plans")!]).SelectMany(static kind => kind.Types)];
        var terms = new SharingTerms { Recipient = "Practitioner/x", RecipientName = "Dr Lee", Purpose = "TREAT", Labels = Some(random, 0, ["PSY", "HIV", "R"]), TellsOfMore = random.Next(2) == 0 };
        var limited = terms with
        {
            DataFrom = random.Next(3) == 0 ? new DateOnly(2020 + random.Next(3), 5, 1) : null,
            DataTo = random.Next(3) == 0 ? new DateOnly(2024 + random.Next(3), 5, 3) : null,
            But = random.Next(3) == 0 ? named : [],
        };
        return random.Next(6) switch
        {
            0 => limited with { ButSeries = random.Next(2) == 0 ? series : [] },
            1 => limited with { Types = types, ButSeries = random.Next(2) == 0 ? series : [] },
            2 => limited with { Types = types, Series = series },
            3 => terms with { Labels = [], Types = [NamedEntry.TypeOf(named[0].Reference)], Entry = named[0].Reference, EntryName = named[0].Name },
            4 when named.Count > 1 => terms with { Labels = [], Types = [.. named.Select(static entry => NamedEntry.TypeOf(entry.Reference)).Distinct()], Entries = named },
            _ => terms with { Types = types, Entry = "Condition/a", EntryName = "Asthma", Around = ["Condition/a"], ButSeries = random.Next(2) == 0 ? series : [] },
        };
    }

    private static List<T> Some<T>(Random random, int least, IReadOnlyList<T> all)
    {
        List<T> some = [.. all.Where(_ => random.Next(2) == 0)];
        return some.Count >= least ? some : [all[random.Next(all.Count)]];
    }

    [Fact]
    public void TheUsualFormSharesForThreeMonths()
    {
        var reading = Read(new SharingDraft { Kinds = ["conditions"] }, Doctor);

        Assert.Empty(reading.Problems);
        Assert.Equal(("TREAT", new DateOnly(2026, 9, 1), (DateOnly?)null, true), (reading.Terms!.Purpose, reading.Terms.Until!.Value, reading.Terms.From, reading.Terms.TellsOfMore));
        Assert.Equal(Kind.Find("conditions")!.Types, reading.Terms.Types);
    }

    [Fact]
    public void OtherEntriesAreTheTypesWithoutAKind() =>
        Assert.Equal(["MolecularSequence"], Read(new SharingDraft { Kinds = ["other"] }, Doctor, ["Condition", "MolecularSequence"]).Terms!.Types!);

    [Fact]
    public void ALabelThatIsNotInTheRecordIsNotAgreedTo()
    {
        var terms = Read(new SharingDraft { Scope = SharingScope.Everything, Labels = ["PSY", "HIV"] }, Doctor, [], ["HIV"]).Terms!;

        Assert.Equal(["HIV"], terms.Labels);
        Assert.Null(terms.Types);
    }

    /// <summary>An agreement opens something only for a reason that the recipient can name.</summary>
    [Fact]
    public void EveryAimIsAPurposeThatTheRecipientCanLookFor()
    {
        foreach (var aim in SharingAim.All)
        {
            Assert.Contains(aim.PurposeFor(Doctor), new[] { "TREAT", "CAREMGT", "HRESCH", "PATRQT" });
            Assert.Contains(aim.PurposeFor(Carer), new[] { "FAMRQT", "PATRQT" });
        }
    }

    [Fact]
    public void WhatIsProposedIsTheLeastThatServes()
    {
        Assert.Equal(["allergies", "medicines", "visits", "places"], new SharingDraft { Aim = "help" }.WithProposal().Kinds);
        Assert.Equal(SharingScope.Around, new SharingDraft { Aim = "opinion" }.WithProposal().Scope);
        Assert.Equal(SharingScope.Entry, new SharingDraft { Aim = "treat", Began = "entry", About = "Condition/a" }.WithProposal().Scope);
        Assert.Equal(SharingScope.Around, new SharingDraft { Aim = "opinion", Began = "entry", About = "Condition/a" }.WithProposal().Scope);
        Assert.Equal(["vaccines"], new SharingDraft { Aim = "treat", Began = "kind", Kinds = ["vaccines"] }.WithProposal().Kinds);
        Assert.Equal(SharingScope.Everything, new SharingDraft { Aim = "know", Began = "everything", Scope = SharingScope.Everything }.WithProposal().Scope);

        // What was chosen stays as long as it is for the same.
        var chosen = new SharingDraft { Aim = "help" }.WithProposal() with { Kinds = ["medicines"] };
        Assert.Equal(["medicines"], chosen.WithProposal().Kinds);
        Assert.Equal(8, (chosen with { Aim = "treat" }).WithProposal().Kinds.Count);
    }

    [Theory]
    [InlineData(SharingScope.Kinds, "", "months", "", "what")]
    [InlineData(SharingScope.Kinds, "nonsense", "months", "", "what")]
    [InlineData(SharingScope.Entry, "", "months", "", "about")]
    [InlineData(SharingScope.Around, "", "months", "", "about")]
    [InlineData(SharingScope.Everything, "", "day", "", "until")]
    [InlineData(SharingScope.Everything, "", "day", "1 September", "until")]
    [InlineData(SharingScope.Everything, "", "day", "2026-05-31", "until")]
    public void WhatIsMissingOrWrongIsToldByField(SharingScope scope, string kind, string lasting, string until, string field)
    {
        var reading = Read(new SharingDraft { Scope = scope, Kinds = kind.Length == 0 ? [] : [kind], Lasting = lasting, Until = until }, Doctor, ["Condition"]);

        Assert.Null(reading.Terms);
        Assert.Equal([field], reading.Problems.Keys);
    }

    [Fact]
    public void WhatEndsWithLooksOrATreatmentEndsAfterAYearInAnyCase()
    {
        var looks = Read(new SharingDraft { Scope = SharingScope.Everything, Lasting = "looks", Looks = "3" }, Doctor).Terms!;
        Assert.Equal((3, new DateOnly(2027, 6, 1)), (looks.Bounds.Looks!.Value, looks.Until!.Value));
        var treatment = Read(new SharingDraft { Scope = SharingScope.Everything, Lasting = "treatment", Treatment = "CarePlan/a" }, Doctor).Terms!;
        Assert.Equal(("CarePlan/a", new DateOnly(2027, 6, 1)), (treatment.Bounds.Treatment, treatment.Until!.Value));

        // Whoever typed something for another choice counts on it.
        Assert.Equal(["looks", "treatment", "until"], Read(new SharingDraft { Scope = SharingScope.Everything, Lasting = "open", Looks = "3", Treatment = "CarePlan/a", Until = "2026-12-01" }, Doctor).InUntil.Keys.Order());
        Assert.Equal(["treatment"], Read(new SharingDraft { Scope = SharingScope.Everything, Lasting = "treatment" }, Doctor).InUntil.Keys);
        foreach (var wrong in new[] { "", "0", "-1", "101", "3.5", "three", "١" })
        {
            Assert.Equal(["looks"], Read(new SharingDraft { Scope = SharingScope.Everything, Lasting = "looks", Looks = wrong }, Doctor).InUntil.Keys);
        }
    }

    [Theory]
    [InlineData("2026-07-01", "2026-06-15", "until")]
    [InlineData("tomorrow", "2026-06-15", "from")]
    public void TheFirstDayComesBeforeTheLast(string from, string until, string field) =>
        Assert.Equal([field], Read(new SharingDraft { Scope = SharingScope.Everything, From = from, Lasting = "day", Until = until }, Doctor).Problems.Keys);

    [Fact]
    public void NobodyAndAnUnknownAimAreToldToo()
    {
        var everything = new SharingDraft { Scope = SharingScope.Everything };

        Assert.Equal(["who"], Read(everything, null).InWho.Keys);
        Assert.Equal(["aim"], Read(everything with { Aim = "HMARKT" }, Doctor).InWho.Keys);
    }

    private static DraftReading Read(SharingDraft draft, RecipientChoice? recipient, string[]? types = null, string[]? labels = null, PickedEntry[]? only = null, PickedEntry[]? but = null) => DraftReading.Of(
        draft.Aim.Length == 0 ? draft with { Aim = "treat" } : draft, recipient, null, draft.Treatment is { } treatment ? new OngoingTreatment(treatment, "Knee rehab", null) : null,
        new RecordOverview((types ?? []).ToDictionary(type => type, _ => 1), (labels ?? []).ToDictionary(label => label, _ => 1), 0, 0), Today, only, but);
}
