using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Autograd.CodeFixes;

/// <summary>What puts the finds of one rule right; nothing is offered where that might change what a right program does.</summary>
public abstract class RuleFix : CodeFixProvider
{
    readonly string title;

    private protected RuleFix(string rule, string title)
    {
        this.title = title;
        FixableDiagnosticIds = ImmutableArray.Create(rule);
    }

    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; }

    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var cancellation = context.CancellationToken;
        var root = await context.Document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false);
        var model = await context.Document.GetSemanticModelAsync(cancellation).ConfigureAwait(false);
        if (root is null || model is null) return;
        foreach (var diagnostic in context.Diagnostics)
            if (root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is ExpressionSyntax found
                && Fix(new Find(root, model, found, diagnostic, cancellation)) is { } changed)
                context.RegisterCodeFix(
                    CodeAction.Create(title, _ => Task.FromResult(context.Document.WithSyntaxRoot(changed)), equivalenceKey: title),
                    diagnostic);
    }

    /// <summary>The whole file put right, or null.</summary>
    private protected abstract SyntaxNode? Fix(Find find);

    /// <summary>What a rule has found.</summary>
    private protected readonly struct Find(
        SyntaxNode root, SemanticModel model, ExpressionSyntax expression, Diagnostic diagnostic, CancellationToken cancellation)
    {
        public SyntaxNode Root => root;

        public ExpressionSyntax Expression => expression;

        public Diagnostic Diagnostic => diagnostic;

        public ISymbol? SymbolOf(SyntaxNode node) => model.GetSymbolInfo(node, cancellation).Symbol;

        public ITypeSymbol? TypeOf(SyntaxNode value) => model.GetTypeInfo(value, cancellation).Type;

        public bool IsTensor(ExpressionSyntax value) =>
            TypeOf(value) is { Name: "Tensor", ContainingNamespace: { Name: "Autograd" } };

        /// <summary>Whether a node is of a type of the library, of one derived from it or made up of it, or a method of one.</summary>
        public bool IsOfLibrary(SyntaxNode node) =>
            IsOfLibrary(TypeOf(node)) || SymbolOf(node) is IMethodSymbol method && IsOfLibrary(method.ContainingType);

        static bool IsOfLibrary(ITypeSymbol? type) => type switch
        {
            null => false,
            IArrayTypeSymbol array => IsOfLibrary(array.ElementType),
            INamedTypeSymbol named when named.TypeArguments.Any(IsOfLibrary) => true,
            _ => Kinds(type).Any(kind => kind.ContainingNamespace?.ToDisplayString().Split('.')[0] == "Autograd"),
        };

        // What a type is by itself, by its bases and interfaces, and by the constraints of a type parameter.
        static IEnumerable<ITypeSymbol> Kinds(ITypeSymbol type)
        {
            var kinds = (type as ITypeParameterSymbol)?.ConstraintTypes.SelectMany(Kinds) ?? type.AllInterfaces;
            for (var kind = type as INamedTypeSymbol; kind is not null; kind = kind.BaseType) kinds = kinds.Append(kind);
            return kinds;
        }

        /// <summary>Whether a name means the same thing at the find.</summary>
        public bool IsVisible(ISymbol symbol) =>
            model.LookupSymbols(expression.SpanStart, name: symbol.Name).Contains(symbol, SymbolEqualityComparer.Default);

        /// <summary>The names by which a variable is referred to within a node.</summary>
        public ImmutableArray<IdentifierNameSyntax> Uses(SyntaxNode within, ISymbol variable)
        {
            var find = this;
            return within.DescendantNodes().OfType<IdentifierNameSyntax>()
                .Where(name => name.Identifier.Text == variable.Name
                    && SymbolEqualityComparer.Default.Equals(find.SymbolOf(name), variable)).ToImmutableArray();
        }
    }

    /// <summary>Whether a variable is written to where it stands.</summary>
    private protected static bool IsWritten(IdentifierNameSyntax name) => name.Parent switch
    {
        AssignmentExpressionSyntax assignment => assignment.Left == name,
        PrefixUnaryExpressionSyntax unary => unary.OperatorToken.Text is "++" or "--" or "&",
        PostfixUnaryExpressionSyntax unary => unary.OperatorToken.Text is "++" or "--",
        ArgumentSyntax argument => argument.RefKindKeyword.Text is "ref" or "out" || argument.Parent is TupleExpressionSyntax
        {
            Parent: AssignmentExpressionSyntax assignment,
        } tuple && assignment.Left == tuple,
        RefExpressionSyntax => true,
        _ => false,
    };
}
