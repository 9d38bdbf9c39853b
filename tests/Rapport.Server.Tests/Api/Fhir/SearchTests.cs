using System.Net;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Api.Fhir;

/// <summary>Searching one record: which record, pages, totals, and what is not understood.</summary>
public sealed class SearchTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Theory]
    [InlineData("Observation", Samples.Labs + 2)]
    [InlineData("Observation?patient={0}", Samples.Labs + 2)]
    [InlineData("Observation?patient=Patient/{0}", Samples.Labs + 2)]
    [InlineData("Observation?patient={1}/fhir/Patient/{0}", Samples.Labs + 2)]
    [InlineData("Observation?subject=Patient/{0}", Samples.Labs + 2)]
    [InlineData("Observation?subject:Patient={0}", Samples.Labs + 2)]
    [InlineData("Patient/{0}/Observation", Samples.Labs + 2)]
    [InlineData("Patient/{0}/Observation?category=laboratory", Samples.Labs)]
    [InlineData("Observation?patient={0}&category=laboratory&date=ge2026-05-03&_sort=-date", Samples.Labs - 2)]
    [InlineData("Observation?patient={0}&code=http://loinc.org|29463-7", 2)]
    [InlineData("Patient?_id={0}", 1)]
    [InlineData("Patient", 1)]
    [InlineData("Practitioner?patient={0}", 0)]
    [InlineData("Observation?patient={0}&_format=json&_pretty=true", Samples.Labs + 2)]
    [InlineData("Observation?subject=Device/1", 0)]
    public async Task TheRecordIsTheOneNamedOrOnesOwn(string query, int total)
    {
        var ada = await server.AddAdaAsync();

        var answer = await ada.Client.ReadAsync("/fhir/" + string.Format(query, ada.Record, server.Address.GetLeftPart(UriPartial.Authority)));

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("searchset", (string)answer.Json["type"]!);
        Assert.Equal(total, answer.Total);
        Assert.Equal(total, answer.Entries.Count);
        Assert.All(answer.Entries, e => Assert.Equal("match", (string)e["search"]!["mode"]!));
        Assert.All(answer.Entries, e => Assert.Equal($"{server.Address}fhir/{e["resource"]!["resourceType"]}/{e["resource"]!["id"]}", (string)e["fullUrl"]!));
    }

    [Fact]
    public async Task PagesFollowEachOtherWithoutGapOrRepetition()
    {
        var ada = await server.AddAdaAsync();
        var doctor = await server.AddDoctorAsync();
        await ada.ShareAsync(doctor, "Observation");
        List<string> dates = [];
        var next = $"/fhir/Observation?patient={ada.Record}&category=laboratory&_sort=-date&_count=3";

        for (var pages = 0; next is not null; pages++)
        {
            Assert.InRange(pages, 0, 2);
            var page = await doctor.Client.ReadAsync(next);
            Assert.Equal(Samples.Labs, page.Total);
            dates.AddRange(page.Resources.Select(r => (string)r["effectiveDateTime"]!));
            next = (string?)page.Json["link"]!.AsArray().FirstOrDefault(l => (string)l!["relation"]! == "next")?["url"];
        }

        Assert.Equal(Enumerable.Range(1, Samples.Labs).Reverse().Select(day => $"2026-05-0{day}"), dates);
    }

    [Fact]
    public async Task AFormSearchesLikeAnAddress()
    {
        var ada = await server.AddAdaAsync();
        var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["patient"] = ada.Record.ToString(), ["category"] = "laboratory" });

        var answer = await ada.Client.AskAsync(HttpMethod.Post, "/fhir/Observation/_search", form);

        Assert.Equal(Samples.Labs, answer.Total);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await ada.Client.PostAsync("/fhir/Observation/_search", "{}")).Status);
    }

    [Fact]
    public async Task OnlyTheTotalWhenOnlyThatIsAskedFor()
    {
        var ada = await server.AddAdaAsync();

        Assert.Equal((Samples.Labs + 2, 0), Counts(await ada.Client.ReadAsync("/fhir/Observation?_summary=count")));
        Assert.Equal((Samples.Labs + 2, 0), Counts(await ada.Client.ReadAsync("/fhir/Observation?_count=0")));
        Assert.Null((await ada.Client.ReadAsync("/fhir/Observation?_total=none")).Json["total"]);

        static (int, int) Counts(Answer answer) => (answer.Total, answer.Entries.Count);
    }

    [Fact]
    public async Task WithoutAPatientAProfessionalIsAskedForOne()
    {
        var doctor = await server.AddDoctorAsync();

        var answer = await doctor.Client.ReadAsync("/fhir/Observation?code=1");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal("required", answer.Code);
        Assert.Contains("Observation?patient=ID", answer.Text);
    }

    [Theory]
    [InlineData("Observation?patient={0}&patient={1}")]
    [InlineData("Observation?patient={0}&subject=Patient/{1}")]
    [InlineData("Patient/{0}/Observation?patient={1}")]
    [InlineData("Patient?_id={0},{1}")]
    public async Task OneRecordAtATime(string query)
    {
        var (ada, other) = (await server.AddPatientAsync(), await server.AddPatientAsync());

        var answer = await ada.Client.ReadAsync("/fhir/" + string.Format(query, ada.Record, other.Record));

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("one patient", answer.Text);
    }

    [Theory]
    [InlineData("Observation?colour=red", "`colour`", "`code`")]
    [InlineData("Observation?date=yesterday", "yesterday", "date")]
    [InlineData("Observation?_count=-1", "_count", "-1")]
    [InlineData("Observation?_elements=code", "_elements", "not supported")]
    [InlineData("Observation?patient.name=x", "chained", "two steps")]
    public async Task WhatIsNotUnderstoodIsAnErrorThatHelps(string query, string names, string helps)
    {
        var ada = await server.AddPatientAsync();

        var answer = await ada.Client.ReadAsync("/fhir/" + query);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(names, answer.Text);
        Assert.Contains(helps, answer.Text);
    }

    [Fact]
    public async Task ALenientCallerIsToldWhatWasIgnored()
    {
        var ada = await server.AddAdaAsync();

        var answer = await ada.Client.ReadAsync("/fhir/Observation?colour=red&category=laboratory", ("Prefer", "handling=lenient"));

        Assert.Equal(Samples.Labs, answer.Total);
        Assert.Equal("outcome", (string)answer.Entries[0]["search"]!["mode"]!);
        Assert.Contains("colour", answer.Entries[0].ToJsonString());
        Assert.DoesNotContain("colour", answer.Json["link"]!.ToJsonString());
        Assert.Equal(HttpStatusCode.BadRequest, (await ada.Client.ReadAsync("/fhir/Observation?date=x", ("Prefer", "handling=lenient"))).Status);
    }

    [Fact]
    public async Task AnUnknownTypeIsNamed()
    {
        var ada = await server.AddPatientAsync();

        var answer = await ada.Client.ReadAsync("/fhir/Potion");

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Contains("`Potion`", answer.Text);
    }

    [Fact]
    public async Task IncludesAreOnlyWhatIsPermitted()
    {
        var ada = await server.AddAdaAsync();
        var doctor = await server.AddDoctorAsync();
        await ada.ShareAsync(doctor, "Observation");

        var own = await ada.Client.ReadAsync("/fhir/Observation?_count=1&_include=Observation:subject");
        var shared = await doctor.Client.ReadAsync($"/fhir/Observation?patient={ada.Record}&_count=1&_include=Observation:subject");

        Assert.Equal(["match", "include"], own.Entries.Select(e => (string)e["search"]!["mode"]!));
        Assert.Equal(["match"], shared.Entries.Select(e => (string)e["search"]!["mode"]!));
    }

    [Fact]
    public async Task EverythingComesInPagesAndByConditions()
    {
        var ada = await server.AddAdaAsync();
        const int all = Samples.Labs + 5;

        Assert.Equal(all, (await ada.Client.ReadAsync($"/fhir/Patient/{ada.Record}/$everything")).Entries.Count);
        Assert.Equal(2, (await ada.Client.ReadAsync($"/fhir/Patient/{ada.Record}/$everything?_type=Condition")).Total);
        Assert.Equal(3, (await ada.Client.ReadAsync($"/fhir/Patient/{ada.Record}/$everything?_type=Condition,Patient")).Total);
        var since = Uri.EscapeDataString(server.Clock.GetUtcNow().AddDays(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"));
        Assert.Equal(0, (await ada.Client.ReadAsync($"/fhir/Patient/{ada.Record}/$everything?_since={since}")).Total);
        var seen = new HashSet<string>();
        var next = $"/fhir/Patient/{ada.Record}/$everything?_count=5";
        while (next is not null)
        {
            var page = await ada.Client.ReadAsync(next);
            Assert.Equal(all, page.Total);
            Assert.All(page.Resources, r => Assert.True(seen.Add((string)r["id"]!)));
            next = (string?)page.Json["link"]!.AsArray().FirstOrDefault(l => (string)l!["relation"]! == "next")?["url"];
        }

        Assert.Equal(all, seen.Count);
    }

    [Theory]
    [InlineData("_count=0")]
    [InlineData("_count=x")]
    [InlineData("_since=yesterday")]
    [InlineData("_type=Potion")]
    [InlineData("colour=red")]
    public async Task EverythingSaysWhatItDoesNotUnderstand(string query)
    {
        var ada = await server.AddPatientAsync();

        Assert.Equal(HttpStatusCode.BadRequest, (await ada.Client.ReadAsync($"/fhir/Patient/{ada.Record}/$everything?{query}")).Status);
    }
}
