using System.Net;
using System.Text;
using Rapport.Server.Tests.Api;
using Rapport.Server.Tests.Hosting;

namespace Rapport.Server.Tests.Leaks;

/// <summary>The battery can fail: answers that tell something, made by hand, are found out.</summary>
public sealed class OracleTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string Secret = "zqabcdefgh23";

    [Theory]
    [InlineData("{0}")]
    [InlineData("code `{0}` is unknown")]
    public void ASecretInClearIsFound(string form) => Assert.Equal([Secret], new Marks([Secret]).In(string.Format(form, Secret), "said something else"));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void ASecretInBase64IsFoundWhereverItBegins(int before)
    {
        var bytes = Encoding.UTF8.GetBytes(new string('x', before) + Secret + "and more");
        Assert.Equal([Secret], new Marks([Secret]).In(Convert.ToBase64String(bytes), ""));
        Assert.Equal([Secret], new Marks([Secret]).In("at=" + System.Buffers.Text.Base64Url.EncodeToString(bytes), ""));
    }

    [Fact]
    public void WhatTheRequestSaidItselfIsNoSecret()
    {
        var marks = new Marks([Secret, "zqothersecret"]);
        Assert.Empty(marks.In($"no `{Secret}` here", $"?code={Secret}"));
        Assert.Equal(["zqothersecret"], marks.In($"no `{Secret}` here, but zqothersecret", $"?code={Secret}"));
        Assert.Empty(marks.In("nothing", ""));
    }

    [Fact]
    public void IdsAreTheSameInBothWorldsAndLengthsStay()
    {
        using var one = new Side(server);
        using var other = new Side(server);
        one.Name("patient", "0123456789abcdefghjkmnpqrs");
        one.Name("v1", "0123456789abcdefghjkmnpqrs.0000000000001");
        one.Name("v1'", "0000000000001");
        other.Name("patient", "zyxwvtsrqpnmkjhgfedcba9876");
        other.Name("v1", "zyxwvtsrqpnmkjhgfedcba9876.zzzzzzzzzzzz2");
        other.Name("v1'", "zzzzzzzzzzzz2");
        const string answer = "/fhir/Observation/<v1> of <patient>, cursor <v1'> at <address>";
        Assert.Equal(one.Normalise(one.Fill(answer)), other.Normalise(other.Fill(answer)));
        Assert.Equal(one.Fill(answer).Length, one.Normalise(one.Fill(answer)).Length);
    }

    /// <summary>Each of these is a leak that a server could have.</summary>
    [Theory]
    [InlineData("{\"total\":3}", "{\"total\":4}")]
    [InlineData("a b", "b a")]
    [InlineData("", " ")]
    [InlineData("{\"link\":[]}", "{\"link\":[{\"relation\":\"next\"}]}")]
    [InlineData("CfDJ8aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "CfDJ8aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void ADifferenceIsFound(string here, string there)
    {
        using var worlds = new TwinWorlds(new Plan(1), new Side(server), new Side(server));
        var battery = new Battery();
        battery.Compare(worlds, new Knock("read", "doctor", "/"), new Answer(HttpStatusCode.OK, [], here), new Answer(HttpStatusCode.OK, [], here));
        Assert.Empty(battery.Findings);
        battery.Compare(worlds, new Knock("read", "doctor", "/"), new Answer(HttpStatusCode.OK, [], here), new Answer(HttpStatusCode.OK, [], there));
        Assert.Single(battery.Findings);
        var headers = new Battery();
        headers.Compare(worlds, new Knock("read", "doctor", "/"), new Answer(HttpStatusCode.OK, [], here), new Answer(HttpStatusCode.OK, ["ETag: W/\"1\""], here));
        Assert.Single(headers.Findings);
    }

    /// <summary>A server that gives too much: in one world the consent is for all, in the other it is not. The battery finds it with few knocks at each of its probes.</summary>
    [Fact]
    public async Task AServerThatGivesTooMuchIsFoundOut()
    {
        var plan = Enumerable.Range(0, 1000).Select(static seed => new Plan(seed)).First(static plan => plan is { Sharing: Sharing.Kinds, IsAbsent: true, IsPlain: true });
        await using var there = new RunningServer();
        await there.InitializeAsync();
        using var worlds = await TwinWorlds.BuildAsync(plan, server, there);
        await worlds.Here["ada"].PostAsync("/fhir/Consent", Samples.Consent(worlds.Here.Text("doctor"), [.. Sketch.Types]));
        var battery = new Battery();
        await battery.RunAsync(worlds, 400, 60);
        var found = string.Join('\n', battery.Findings);
        Assert.All(["read", "history", "search", "everything", "pages"], probe => Assert.Contains(probe + ": GET", found));
    }
}
