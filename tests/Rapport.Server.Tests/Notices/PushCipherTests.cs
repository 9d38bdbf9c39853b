using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Rapport.Server.Notices.Push;

namespace Rapport.Server.Tests.Notices;

public sealed class PushCipherTests
{
    /// <summary>RFC 8291, section 5 and appendix A.</summary>
    [Fact]
    public void TheExampleOfTheStandardComesOutAsItStandsThere()
    {
        var own = Decode("BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8");
        using var once = ECDiffieHellman.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            D = Decode("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
            Q = new ECPoint { X = own[1..33], Y = own[33..] },
        });
        var message = PushCipher.Encrypt(
            "When I grow up, I want to be a watermelon"u8, 0, Decode("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
            Decode("BTBZMqHH6r4Tts7J_aSIgg"), once, Decode("DGv6ra1nlYgDCS1FRnbzlw"));
        Assert.Equal(
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
            Base64Url.EncodeToString(message));
    }

    [Fact]
    public void WhateverIsSaidHasOneLengthAndTheBrowserReadsIt()
    {
        using var browser = new PushBrowser();
        foreach (var text in (string[])["", "a", "Algo le espera en Rapport"])
        {
            var message = PushCipher.Encrypt(Encoding.UTF8.GetBytes(text), 100, browser.Key, browser.Secret);
            Assert.Equal(86 + 100 + 1 + 16, message.Length);
            Assert.Equal(text, browser.Read(message));
        }
    }

    [Fact]
    public void WhatIsNoKeyOfABrowserIsRefused()
    {
        using var browser = new PushBrowser();
        Assert.True(PushCipher.IsKey(browser.Key, browser.Secret));
        Assert.False(PushCipher.IsKey(browser.Key.AsSpan(1), browser.Secret));
        Assert.False(PushCipher.IsKey(browser.Key, browser.Secret.AsSpan(1)));
        Assert.False(PushCipher.IsKey([4, .. new byte[64]], browser.Secret));
        Assert.False(PushCipher.IsKey([4, .. Enumerable.Repeat((byte)7, 64)], browser.Secret));
        Assert.False(PushCipher.IsKey([2, .. browser.Key.AsSpan(1)], browser.Secret));
    }

    private static byte[] Decode(string text) => Base64Url.DecodeFromChars(text);
}
